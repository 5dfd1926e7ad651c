package dev.countersign.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cel.bundle.CelBuilder;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.policy.Action;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Entity;
import dev.countersign.policy.PolicyDecisionPoint;
import dev.countersign.policy.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Admission policies for Kubernetes that others wrote, with the results that they expect, decided
/// by our engine.
///
/// Two things are theirs and come as an extension for this test alone: the function `quantity` and
/// the strings functions. And they read keys without asking for them first, since Kubernetes knows
/// its types; our validation would refuse that, so conditions are compiled without it.
@Tag("vectors")
class AdmissionPoliciesTest {
  private static final Path FOLDER =
      Path.of(
          Objects.requireNonNull(System.getenv("COUNTERSIGN_SHARED_DATA")),
          "4-policy",
          "k8s-cel-kubescape");
  private static final int FOLDERS = 26;
  private static final int TESTS = 247;

  private static final CelConditions CEL = new CelConditions(AdmissionPoliciesTest::withTheirs);
  private static final Conditions UNGUARDED =
      policy -> {
        try {
          return new Conditions.Compilation.Compiled(CEL.condition(CEL.tree(policy.condition())));
        } catch (CelValidationException | CelEvaluationException e) {
          throw new AssertionError(policy.condition(), e);
        }
      };

  /// One of their tests.
  record Admission(String folder, JsonObject test) {
    @Override
    public String toString() {
      return folder + ": " + test.text("name").orElseThrow();
    }
  }

  static List<Admission> tests() {
    return folders().stream()
        .flatMap(folder ->
            ((JsonArray) JsonReader.read(bytes(folder + "/tests.json"), 16))
                .items().stream().map(test -> new Admission(folder, (JsonObject) test)))
        .toList();
  }

  @Test
  void nothingIsLeftOut() {
    assertThat(folders()).hasSize(FOLDERS);
    assertThat(tests()).hasSize(TESTS);
  }

  @ParameterizedTest
  @MethodSource("tests")
  void theAnswerIsTheExpectedOne(Admission admission) {
    var test = admission.test();
    var policy =
        new AdmissionPolicy(
            yaml(admission.folder() + "/policy.yaml"),
            resource(test.text("binding_template").orElse("policy-binding.yaml")));
    var object = resource(test.text("template").orElseThrow());
    for (var change : AdmissionPolicy.strings(test, "field_change_list")) {
      object = AdmissionYaml.changed(object, change);
    }
    var params = resource(test.text("param_template").orElse("default-control-configuration.yaml"));
    var decision = PolicyDecisionPoint.of(policy.set(), UNGUARDED).decide(creation(object, params));
    assertThat(word(decision))
        .as("%s\n%s\n%s", admission, object, decision)
        .isEqualTo(test.text("expected").orElseThrow());
    // A condition that failed would forbid as well, and a test that expects that would prove
    // nothing.
    assertThat(decision.grounds().errored()).as("%s: %s", admission, decision).isEmpty();
  }

  private static String word(Decision decision) {
    if (!decision.allowed()) {
      return "fail";
    }
    return decision.grounds().monitored().isEmpty() ? "pass" : "warn";
  }

  private static Request creation(JsonObject object, JsonObject params) {
    return new Request(
        new Entity("user", "somebody"),
        new Action("CREATE"),
        new Entity(resourceOf(object), "some"),
        Json.object()
            .put("object", object)
            .put("params", params)
            .put("request", Json.object().put("operation", "CREATE").build())
            .build());
  }

  private static String resourceOf(JsonObject object) {
    var version = object.text("apiVersion").orElseThrow();
    var kind = object.text("kind").orElseThrow().toLowerCase(Locale.ROOT);
    var group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
    return group + "/" + kind + (kind.endsWith("s") && !kind.endsWith("endpoints") ? "es" : "s");
  }

  private static CelBuilder withTheirs(CelBuilder language) {
    var quantity = OpaqueType.create("quantity");
    return language
        .addCompilerLibraries(CelExtensions.strings())
        .addRuntimeLibraries(CelExtensions.strings())
        .addFunctionDeclarations(
            CelFunctionDecl.newFunctionDeclaration(
                "quantity",
                CelOverloadDecl.newGlobalOverload("quantity_string", quantity, SimpleType.STRING)),
            CelFunctionDecl.newFunctionDeclaration(
                "compareTo",
                CelOverloadDecl.newMemberOverload(
                    "quantity_compare", SimpleType.INT, quantity, quantity)))
        .addFunctionBindings(
            CelFunctionBinding.fromOverloads(
                "quantity",
                CelFunctionBinding.from(
                    "quantity_string", String.class, AdmissionPoliciesTest::quantity)))
        .addFunctionBindings(
            CelFunctionBinding.fromOverloads(
                "compareTo",
                CelFunctionBinding.from(
                    "quantity_compare",
                    Quantity.class,
                    Quantity.class,
                    (a, b) -> (long) a.amount().compareTo(b.amount()))));
  }

  /// An amount in Kubernetes' notation: `250m`, `0.25Gi`.
  record Quantity(BigDecimal amount) {}

  private static final Map<String, BigDecimal> UNITS =
      Map.of(
          "m", new BigDecimal("0.001"),
          "", BigDecimal.ONE,
          "k", BigDecimal.TEN.pow(3),
          "M", BigDecimal.TEN.pow(6),
          "G", BigDecimal.TEN.pow(9),
          "Ki", BigDecimal.TWO.pow(10),
          "Mi", BigDecimal.TWO.pow(20),
          "Gi", BigDecimal.TWO.pow(30));

  private static Quantity quantity(String text) {
    var number = text.replaceAll("[A-Za-z]*$", "");
    var unit = UNITS.get(text.substring(number.length()));
    if (unit == null || number.isEmpty()) {
      throw new IllegalArgumentException("`" + text + "` is no quantity");
    }
    return new Quantity(new BigDecimal(number).multiply(unit));
  }

  private static List<String> folders() {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("policy.yaml")))
          .map(folder -> Objects.requireNonNull(folder.getFileName()).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject resource(String name) {
    return yaml("test-resources/" + name);
  }

  private static JsonObject yaml(String file) {
    return AdmissionYaml.read(new String(bytes(file), StandardCharsets.UTF_8));
  }

  private static byte[] bytes(String file) {
    try {
      return Files.readAllBytes(FOLDER.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
