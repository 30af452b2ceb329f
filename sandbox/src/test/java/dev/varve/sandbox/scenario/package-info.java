/**
 * The end-to-end scenarios, each written once for any {@link dev.varve.sandbox.Cluster}: only its public face and the API
 * come in. A cluster plays one by a subclass that opens it; the test-jar of this module carries them to other modules.
 */
package dev.varve.sandbox.scenario;
