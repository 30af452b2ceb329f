/** What a testbed has made and where it keeps it: enough to take everything down again, whatever was killed. */
@NullMarked
package dev.varve.testbed.state;

import org.jspecify.annotations.NullMarked;
