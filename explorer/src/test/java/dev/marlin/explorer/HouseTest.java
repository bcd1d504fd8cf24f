package dev.marlin.explorer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may import whom. */
final class HouseTest {
  private static final JavaClasses MARLIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.marlin");

  /** Room to the rooms that it may import. */
  private static final Map<String, List<String>> MAY_IMPORT =
      Map.of(
          "simulator", List.of(),
          "kernels", List.of(),
          "reports", List.of(),
          "deployer", List.of("kernels"),
          "explorer", List.of("simulator", "kernels", "reports", "deployer"));

  @ParameterizedTest
  @ValueSource(strings = {"simulator", "kernels", "reports", "deployer", "explorer"})
  void everyRoomImportsOnlyTheRoomsThatItMay(String room) {
    String[] forbidden =
        MAY_IMPORT.keySet().stream()
            .filter(other -> !other.equals(room))
            .filter(other -> !MAY_IMPORT.getOrDefault(room, List.of()).contains(other))
            .map(other -> "dev.marlin." + other + "..")
            .toArray(String[]::new);
    assertThat(MARLIN.stream().anyMatch(c -> c.getPackageName().startsWith("dev.marlin." + room)))
        .as("there are classes in " + room)
        .isTrue();
    if (forbidden.length > 0) {
      ArchRule rule =
          noClasses()
              .that()
              .resideInAPackage("dev.marlin." + room + "..")
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(forbidden)
              .because(room + " may not import " + Arrays.toString(forbidden));
      rule.check(MARLIN);
    }
  }

  @Test
  void packagesOfTheExplorerFormNoCycles() {
    slices().matching("dev.marlin.explorer.(*)..").should().beFreeOfCycles().check(MARLIN);
  }

  @Test
  void roomsFormNoCycles() {
    slices().matching("dev.marlin.(*)..").should().beFreeOfCycles().check(MARLIN);
  }

  @Test
  void onlyTheEngineKnowsSpark() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.marlin.explorer.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .check(MARLIN);
  }

  @Test
  void onlyTheStoreKnowsSql() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.marlin.explorer.store..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.sql..", "org.sqlite..")
        .check(MARLIN);
  }

  @Test
  void onlyTheCommandLineKnowsPicocli() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.marlin.explorer.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..")
        .check(MARLIN);
  }

  @Test
  void classesThatNobodyExtendsAreFinal() {
    classes()
        .that()
        .resideInAPackage("dev.marlin.explorer..")
        .and()
        .areNotInterfaces()
        .and()
        .areNotAnonymousClasses()
        .should()
        .haveModifier(JavaModifier.FINAL)
        .check(MARLIN);
  }
}
