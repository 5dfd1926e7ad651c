package dev.countersign.server;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.Decisions;
import dev.countersign.server.http.Needs;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// The walls between the rooms, and the habits that a machine can check.
///
/// An exception is named with its class and its reason, and has to be needed: one that is not any
/// more fails too, so that the lists only shrink.
class ArchitectureTest {
  private static final String ROOT = "dev.countersign.";

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.countersign");

  /// Which rooms each one may know, beside itself: kernel <- ledger <- identity, policy, trust <-
  /// workflow <- server, and identity <- events <- server.
  private static final Map<String, List<String>> ARROWS = arrows();

  private static Map<String, List<String>> arrows() {
    var arrows = new LinkedHashMap<String, List<String>>();
    arrows.put("kernel", List.of());
    arrows.put("postgres", List.of());
    arrows.put("testkit", List.of("kernel", "postgres"));
    arrows.put("ledger", List.of("kernel"));
    arrows.put("identity", List.of("kernel", "ledger"));
    arrows.put("policy", List.of("kernel", "ledger"));
    arrows.put("trust", List.of("kernel", "ledger"));
    arrows.put("events", List.of("kernel", "ledger", "identity"));
    arrows.put("workflow", List.of("kernel", "ledger", "identity", "policy", "trust"));
    arrows.put(
        "server",
        List.of(
            "kernel", "postgres", "ledger", "identity", "policy", "trust", "events", "workflow"));
    return arrows;
  }

  @Test
  void everyModuleHasItsPlaceAmongTheArrows() {
    var modules =
        PRODUCTION.stream()
            .map(type -> type.getPackageName().substring(ROOT.length()).split("\\.")[0])
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(ARROWS.keySet()).containsAll(modules);
  }

  @Test
  void arrowsPointOneWay() {
    ARROWS.forEach((room, known) -> {
      var allowed = new ArrayList<>(known);
      allowed.add(room);
      noClasses()
          .that(resideInAPackage(ROOT + room + ".."))
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.countersign..").and(not(resideInAnyPackage(below(allowed)))))
          .because("of the arrows in ARCHITECTURE.md")
          .check(PRODUCTION);
    });
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("dev.countersign.(*)..").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void packagesOfARoomHaveNoCycles() {
    slices().matching("dev.countersign.(**)").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void rulesDependOnTheJdkAloneAndOnTheRulesTheyMayKnow() {
    for (var room :
        List.of("kernel", "ledger", "identity", "policy", "trust", "events", "workflow")) {
      var rules = new ArrayList<String>();
      for (var known : ARROWS.getOrDefault(room, List.of())) {
        rules.add(ROOT + known);
      }
      rules.addAll(List.of(ROOT + room, "java..", "javax.crypto..", "org.jspecify.."));
      if (room.equals("policy")) {
        rules.addAll(
            List.of(ROOT + "policy.check", ROOT + "policy.lifecycle", ROOT + "policy.tests"));
      }
      if (room.equals("trust")) {
        rules.add(ROOT + "trust.sequential");
      }
      classes()
          .that(
              resideInAnyPackage(
                  ROOT + room,
                  ROOT + room + ".sequential",
                  ROOT + room + ".check",
                  ROOT + room + ".lifecycle",
                  ROOT + room + ".tests"))
          .should()
          .onlyDependOnClassesThat(resideInAnyPackage(rules.toArray(String[]::new)))
          .because("a room's rules are read, tested and reused without a framework")
          .check(PRODUCTION);
    }
  }

  @Test
  void predictorsKnowNoLibraryButWhereTheirPackageSaysSo() {
    var libraries =
        resideInAnyPackage(ROOT + "trust.predict.xgboost..", ROOT + "trust.predict.forest..");
    classes()
        .that(resideInAPackage(ROOT + "trust.predict..").and(not(libraries)))
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                ROOT + "kernel",
                ROOT + "trust",
                ROOT + "trust.predict..",
                "java..",
                "org.jspecify.."))
        .andShould()
        .onlyDependOnClassesThat(not(libraries))
        .because("a prediction is judged by rules that are read and tested without a library")
        .check(PRODUCTION);
    noClasses()
        .that(not(libraries))
        .should()
        .dependOnClassesThat(resideInAnyPackage("ml.dmlc..", "com.amazon.randomcutforest.."))
        .check(PRODUCTION);
  }

  /// Whoever sees a connection although he is no store.
  private static final List<Exempt> CONNECTIONS =
      List.of(
          new Exempt("ledger.usecase.AppendSession", "keeps one connection for a node's appends"),
          new Exempt("ledger.usecase.DecisionWriter", "writes batches on that connection"),
          new Exempt("ledger.usecase.Sequencer", "gives indexes on that connection"),
          new Exempt("ledger.usecase.CheckpointSigner", "signs the head, which has no tenant"),
          new Exempt("ledger.usecase.CosignCheckpoint", "judges within its store's transaction"),
          new Exempt("ledger.usecase.GatherCosignatures", "shows what no tenant owns"),
          new Exempt("ledger.usecase.OpenAlarms", "shows what no tenant owns"),
          new Exempt(
              "ledger.usecase.RotateLogKey", "hands its transaction's connection to a store"),
          new Exempt("ledger.usecase.OperatorSteps", "hands its transaction to who has a store"),
          new Exempt("ledger.usecase.SettleAlarm", "hands its transaction's connection to a store"),
          new Exempt("ledger.usecase.Submission", "keeps a session, which has a witness's turn"),
          new Exempt("ledger.usecase.Fsck", "reads the whole log, whoever's it is"),
          new Exempt("ledger.usecase.LedgerReader", "hands its transaction's connection to tiles"),
          new Exempt(
              "ledger.usecase.LedgerTransaction", "hands its transaction's handle to stores"),
          new Exempt("server.health.DatabaseHealth", "asks whether the database answers"));

  @Test
  void onlyStoresSpeakToTheDatabase() {
    noClasses()
        .that(
            resideInAPackage("dev.countersign..")
                .and(not(resideInAnyPackage("..store..", ROOT + "postgres..", ROOT + "testkit..")))
                .and(not(resideInAnyPackage(ROOT + "server.database..", ROOT + "server.wiring..")))
                .and(not(among(CONNECTIONS))))
        .should()
        .dependOnClassesThat(resideInAnyPackage("java.sql..", "org.jdbi.."))
        .because(
            "SQL stands in stores; the database module starts the database, the server opens it and"
                + " hands it to the rooms")
        .check(PRODUCTION);
    assertNeeded(CONNECTIONS, resideInAnyPackage("java.sql..", "org.jdbi.."));
  }

  @Test
  void rulesDoNotKnowTheirStoreNorTheirUseCases() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "..store..", "..usecase..", ROOT + "server..", ROOT + "testkit..")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("dev.countersign..store..", "dev.countersign..usecase.."))
        .check(PRODUCTION);
    noClasses()
        .that(resideInAPackage("dev.countersign..store.."))
        .should()
        .dependOnClassesThat(resideInAPackage("dev.countersign..usecase.."))
        .check(PRODUCTION);
  }

  @Test
  void noRoomKnowsHttpOrItsFramework() {
    noClasses()
        .that(not(resideInAPackage(ROOT + "server..")))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("jakarta..", "io.quarkus..", "io.vertx..", "io.smallrye.."))
        .check(PRODUCTION);
  }

  @Test
  void jsonIsTheKernelsOwn() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.fasterxml.jackson..", "tools.jackson..", "jakarta.json.."))
        .because("what is checked must be what was sent, and what is hashed what is stored")
        .check(PRODUCTION);
  }

  @Test
  void everythingServedIsAResourceMethod() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx.ext.web..", "io.quarkus.vertx.web..", "jakarta.servlet.."))
        .because(
            "only a resource method declares its permission with `@"
                + Needs.class.getSimpleName()
                + "`")
        .check(PRODUCTION);
  }

  /// Whoever takes time or chance for himself.
  private static final List<Exempt> CHANCE =
      List.of(
          new Exempt("ledger.SigningKey", "hands a seed to an API that takes randomness only"),
          new Exempt("postgres.Cluster", "a password that nobody has to repeat"),
          new Exempt("server.config.OwnerOnlyFile", "a secret made before anything is wired"),
          new Exempt("server.http.Traces", "a trace id is no secret and decides nothing"));

  @Test
  void timeAndChanceAreInjected() {
    noClasses()
        .that(not(resideInAPackage(ROOT + "server.wiring..")).and(not(among(CHANCE))))
        .should()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(Clock.class, "systemUTC")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(UUID.class, "randomUUID")
        .orShould()
        .dependOnClassesThat(belongToAnyOf(Random.class, ThreadLocalRandom.class))
        .orShould()
        .callConstructor(SecureRandom.class)
        .because("a test moves time by hand and repeats chance; pass them to the constructor")
        .check(PRODUCTION);
    assertNeeded(CHANCE, belongToAnyOf(Random.class, ThreadLocalRandom.class, SecureRandom.class));
  }

  @Test
  void copiesKeepTheirOrder() {
    noClasses()
        .should()
        .callMethod(Set.class, "copyOf", Collection.class)
        .orShould()
        .callMethod(Map.class, "copyOf", Map.class)
        .because("their order differs from one JVM to the next, and what we record is hashed")
        .check(PRODUCTION);
  }

  @Test
  void nothingStaticIsMutable() {
    fields().that().areStatic().should().beFinal().check(PRODUCTION);
    noClasses()
        .should()
        .dependOnClassesThat(belongToAnyOf(ThreadLocal.class, InheritableThreadLocal.class))
        .check(PRODUCTION);
  }

  @Test
  void decisionsAreRecordedByTheWriterAlone() {
    classes()
        .that()
        .implement(Decisions.class)
        .should()
        .be(DecisionWriter.class)
        .because("the port is there for a benchmark; the product answers nothing unrecorded")
        .check(PRODUCTION);
    // A lambda implements without being a class.
    noMethods()
        .should()
        .haveRawReturnType(Decisions.class)
        .because("the port is given by its one implementation, so nothing else can stand in for it")
        .check(PRODUCTION);
  }

  @Test
  void everyPackageIsNullMarked() {
    var packages = new TreeSet<String>();
    for (JavaClass type : PRODUCTION) {
      JavaPackage home = type.getPackage();
      if (!home.isAnnotatedWith(NullMarked.class)) {
        packages.add(home.getName());
      }
    }
    assertThat(packages).isEmpty();
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl|Processor)")
        .because("a class is named by a word of the domain")
        .check(PRODUCTION);
  }

  /// A class that a rule passes over.
  private record Exempt(String name, String reason) {
    String type() {
      return ROOT + name;
    }
  }

  private static DescribedPredicate<JavaClass> among(List<Exempt> exceptions) {
    var names = exceptions.stream().map(Exempt::type).toList();
    return DescribedPredicate.describe(
        "an exception",
        type ->
            names.stream()
                .anyMatch(
                    name -> type.getName().equals(name) || type.getName().startsWith(name + "$")));
  }

  private static void assertNeeded(List<Exempt> exceptions, DescribedPredicate<JavaClass> what) {
    for (var exception : exceptions) {
      var dependencies =
          PRODUCTION.stream()
              .filter(among(List.of(exception)))
              .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
              .filter(dependency -> what.test(dependency.getTargetClass()))
              .toList();
      assertThat(dependencies).as("still needed: %s", exception).isNotEmpty();
    }
  }

  private static String[] below(List<String> rooms) {
    return rooms.stream().map(room -> ROOT + room + "..").toArray(String[]::new);
  }
}
