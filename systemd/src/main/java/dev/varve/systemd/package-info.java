/**
 * The Java that talks to systemd: log lines with the level prefix that systemd turns into journal priorities, and the
 * journal's native protocol, for which the JDK has no socket. What comes in is java.util.logging's records and fields as text.
 */
@NullMarked
package dev.varve.systemd;

import org.jspecify.annotations.NullMarked;
