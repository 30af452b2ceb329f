/**
 * The Java that talks to systemd: log lines with the level prefix that systemd turns into journal priorities, the journal's
 * native protocol and the notices of sd_notify(3), for both of which the JDK has no socket. What comes in is
 * java.util.logging's records, fields as text, and the environment. Where JNA's library is missing, it says so once and
 * nothing else depends on it.
 */
@NullMarked
package dev.varve.systemd;

import org.jspecify.annotations.NullMarked;
