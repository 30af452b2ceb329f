/* Holds a pod's namespaces: waits until it is told to end, and buries orphans. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    sigset_t wanted;
    int signal;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGCHLD);
    sigprocmask(SIG_BLOCK, &wanted, 0);
    while (sigwait(&wanted, &signal) == 0 && signal == SIGCHLD) {
        while (waitpid(-1, 0, WNOHANG) > 0) {
        }
    }
    return 0;
}
