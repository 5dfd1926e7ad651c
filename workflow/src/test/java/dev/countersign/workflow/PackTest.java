package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// The packs that ship are packs.
class PackTest {

  @Test
  void pharmacyPackHasItsQueuesInOrderWithTheNamesThatPeopleSee() throws IOException {
    var pack = pack("pharmacy-refill");
    assertThat(pack.workflow().queues().stream().limit(6).map(Queue::title))
        .containsExactly(
            "Intake", "Triage", "Data Entry", "Verification", "Processing", "Complete");
    assertThat(pack.cases()).first().extracting(Pack.InitialCase::reference).isEqualTo("RX-1001");
    assertThat(pack.gates()).hasSameSizeAs(pack.workflow().transitions());
    assertThat(
            pack.workflow()
                .transition("to_dispensing")
                .orElseThrow()
                .requirement()
                .approverRoles(false))
        .containsExactly("approver:pharmacist");
  }

  @Test
  void loanPackAdvancesByAReviewer() throws IOException {
    var advance = pack("loan-application").workflow().transition("advance").orElseThrow();
    assertThat(advance.from()).containsExactly("submitted");
    assertThat(advance.to()).isEqualTo("approved");
    assertThat(advance.requirement().approverRoles(false)).containsExactly("reviewer");
  }

  @Test
  void packThatNamesWhatItsWorkflowDoesNotDefineIsRefused() throws IOException {
    var json = json("loan-application");
    var gates =
        Json.array(
            List.of(
                Json.object()
                    .put("transition", "retreat")
                    .put("authorized", true)
                    .put("reason", "because")
                    .build()));
    assertThatThrownBy(() -> Pack.parse(((Json.JsonObject) json).with("gates", gates)))
        .isInstanceOf(Refusal.Invalid.class);
  }

  private static Pack pack(String name) throws IOException {
    return Pack.parse(json(name));
  }

  private static Json json(String name) throws IOException {
    var file = Path.of("..", "packs", name + ".yaml");
    Object loaded = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
    return json(loaded);
  }

  private static Json json(Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        var object = Json.object();
        map.forEach((name, member) -> object.put(String.valueOf(name), json(member)));
        yield object.build();
      }
      case List<?> list -> Json.array(list.stream().map(PackTest::json).toList());
      case Boolean truth -> Json.of(truth.booleanValue());
      case Number number -> Json.of(number.doubleValue());
      default -> Json.of(value.toString());
    };
  }
}
