/** What takes minutes to build and is kept between testbeds: the Kubernetes binary, the nodes' tree, container images. */
@NullMarked
package dev.varve.testbed.build;

import org.jspecify.annotations.NullMarked;
