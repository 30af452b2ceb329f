/**
 * The rollout at the API server: nodes, pools and builds become a snapshot, changes become one patch per node. No policy;
 * what is decided comes from {@code decide.rollout}.
 */
@NullMarked
package dev.varve.controller.kube.rollout;

import org.jspecify.annotations.NullMarked;
