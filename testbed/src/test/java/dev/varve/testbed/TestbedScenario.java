package dev.varve.testbed;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Played on the testbed that {@code -Dvarve.testbed=<index>} names, and that is up. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Tag("testbed")
@EnabledIfSystemProperty(named = TestbedScenario.INDEX, matches = "[0-9]")
@interface TestbedScenario {
    String INDEX = "varve.testbed";
}
