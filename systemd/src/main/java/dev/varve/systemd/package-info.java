/**
 * The Java that talks to systemd. Today: log lines with the level prefix that systemd turns into journal priorities; the
 * journal's native protocol, sd_notify and the boot guard's units come to live here.
 */
@NullMarked
package dev.varve.systemd;

import org.jspecify.annotations.NullMarked;
