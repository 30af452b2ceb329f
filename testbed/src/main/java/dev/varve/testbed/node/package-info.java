/** The machines: thin callers of {@code testbed/node/machine}, which does the work. */
@NullMarked
package dev.varve.testbed.node;

import org.jspecify.annotations.NullMarked;
