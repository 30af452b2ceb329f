/** What this machine offers: its commands, its packages, its processes. Nothing here knows what a testbed is. */
@NullMarked
package dev.varve.testbed.host;

import org.jspecify.annotations.NullMarked;
