package dev.varve.sandbox.builder;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What can be told of a RUN without running it: packages it would install or remove, and whether it is one of the commands
 * that always fail.
 *
 * @param exitCode 0 where nothing says otherwise
 */
record Command(int exitCode, Set<String> installs, Set<String> removes) {
    private static final Pattern SIMPLE = Pattern.compile("([^&|;\\n]+)(&&|\\|\\||[;|&\\n]|$)");
    private static final Pattern EXIT = Pattern.compile("exit\\s+([0-9]{1,3})");
    private static final Set<String> INSTALLERS = Set.of("rpm-ostree", "dnf", "microdnf", "yum");

    Command {
        installs = Set.copyOf(installs);
        removes = Set.copyOf(removes);
    }

    static Command of(String shell) {
        int exitCode = 0;
        var installs = new TreeSet<String>();
        var removes = new TreeSet<String>();
        Matcher simple = SIMPLE.matcher(shell);
        while (simple.find()) {
            String text = simple.group(1).strip();
            Matcher exit = EXIT.matcher(text);
            boolean rescued = simple.group(2).equals("||");
            if (exitCode == 0 && exit.matches()) {
                exitCode = Integer.parseInt(exit.group(1)) & 0xff;
            } else if (exitCode == 0 && text.equals("false") && !rescued) {
                exitCode = 1;
            }
            note(List.of(text.split("\\s+")), installs, removes);
        }
        return new Command(exitCode, installs, removes);
    }

    private static void note(List<String> words, Set<String> installs, Set<String> removes) {
        if (!INSTALLERS.contains(words.getFirst())) {
            return;
        }
        var plain = new ArrayList<>(words.stream().skip(1).filter(word -> !word.startsWith("-")).toList());
        if (plain.isEmpty()) {
            return;
        }
        switch (plain.removeFirst()) {
            case "install" -> installs.addAll(plain);
            case "uninstall", "remove" -> removes.addAll(plain);
            default -> { }
        }
    }
}
