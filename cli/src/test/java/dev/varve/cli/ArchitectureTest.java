package dev.varve.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The shape of the house (architecture.md section 4), for all modules at once: this one sees them all. */
@AnalyzeClasses(packages = "dev.varve", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule decisionsArePure = classes().that().resideInAPackage("..decide..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "dev.varve.contract..", "..decide..", "org.jspecify..");

    @ArchTest
    static final ArchRule decisionsReadNoClockAndDoNoInputOrOutput = noClasses().that().resideInAPackage("..decide..")
            .should().dependOnClassesThat().resideInAnyPackage("java.nio.file..", "java.net.http..", "java.util.concurrent..")
            .orShould().dependOnClassesThat(JavaClass.Predicates.resideInAPackage("java.io..")
                    .and(DescribedPredicate.not(JavaClass.Predicates.type(java.io.ByteArrayOutputStream.class))))
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.time.InstantSource")
            .orShould().callMethod(java.time.Instant.class, "now")
            .orShould().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule contractNeedsNothingButTheJdk = classes().that().resideInAPackage("dev.varve.contract..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("java..", "dev.varve.contract..", "org.jspecify..");

    @ArchTest
    static final ArchRule agentNeverSeesController =
            noClasses().that().resideInAPackage("dev.varve.agent..").should().dependOnClassesThat().resideInAPackage("dev.varve.controller..");

    @ArchTest
    static final ArchRule controllerNeverSeesAgent =
            noClasses().that().resideInAPackage("dev.varve.controller..").should().dependOnClassesThat().resideInAPackage("dev.varve.agent..");

    @ArchTest
    static final ArchRule fabric8HasOneDoorInTheAgent = onlyIn("dev.varve.agent..", "io.fabric8..", "dev.varve.agent.kube..", "dev.varve.agent");

    @ArchTest
    static final ArchRule fabric8HasOneDoorInTheController =
            onlyIn("dev.varve.controller..", "io.fabric8..", "dev.varve.controller.kube..", "dev.varve.controller");

    @ArchTest
    static final ArchRule dBusHasOneDoorInTheAgent = onlyIn("dev.varve.agent..", "org.freedesktop..", "dev.varve.agent.rpmostree..");

    @ArchTest
    static final ArchRule dBusHasOneDoorInTheSandbox = onlyIn("dev.varve.sandbox..", "org.freedesktop..", "dev.varve.sandbox.host..");

    @ArchTest
    static final ArchRule nettyHasOneDoorInTheController = onlyIn("dev.varve.controller..", "io.netty..", "dev.varve.controller.http..");

    @ArchTest
    static final ArchRule nativeCodeHasOneDoor = onlyIn("dev.varve..", "com.sun.jna..", "dev.varve.systemd..");

    @ArchTest
    static final ArchRule commandLineHasOneDoor = onlyIn("dev.varve..", "picocli..", "dev.varve.cli..");

    @ArchTest
    static final ArchRule roomsDoNotGoInCircles = slices().matching("dev.varve.(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule classesAreFinalSealedOrAbstract = classes()
            .that().areTopLevelClasses().and().areNotInterfaces().and().areNotEnums().and().doNotHaveSimpleName("package-info")
            .should().haveModifier(JavaModifier.FINAL).orShould().haveModifier(JavaModifier.ABSTRACT);

    @ArchTest
    static final ArchRule namesSaySomething = noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Data)");

    private static ArchRule onlyIn(String module, String library, String... doors) {
        DescribedPredicate<JavaClass> outside = JavaClass.Predicates.resideInAPackage(module)
                .and(DescribedPredicate.not(JavaClass.Predicates.resideInAnyPackage(doors)));
        return noClasses().that(outside).should().dependOnClassesThat().resideInAPackage(library).allowEmptyShould(true);
    }
}
