# shellcheck shell=bash
# What was made for a node outside its own directory, one line each, written before it is made:
#   mount PATH | netns NAME | link NAME | route SUBNET | cgroup NAME | directory PATH | file PATH

record() { # KIND NAME
  grep -qsxF -- "$1 $2" "$DIR/record" || echo "$1 $2" >>"$DIR/record"
}

# recorded_names KIND: latest first.
recorded_names() {
  [ ! -e "$DIR/record" ] || tac "$DIR/record" | sed -n "s|^$1 ||p"
}
