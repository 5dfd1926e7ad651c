package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.events.DeliveryState;
import dev.countersign.events.WebhookState;
import dev.countersign.identity.KeyState;
import dev.countersign.identity.Roles;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.WhenUnavailable;
import dev.countersign.kernel.Json;
import dev.countersign.policy.Declaration;
import dev.countersign.policy.lifecycle.VersionState;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Severity;
import dev.countersign.trust.Stage;
import dev.countersign.trust.StageChange;
import dev.countersign.trust.predict.anomaly.AlarmKind;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.predict.drift.DriftKind;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.CaseState;
import dev.countersign.workflow.DecoyVerdict;
import dev.countersign.workflow.ExecutionState;
import dev.countersign.workflow.Freeze;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.TaskState;
import dev.countersign.workflow.store.TimelineStore;
import dev.countersign.workflow.usecase.AccessTask;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The words of the document are those of the rooms.
class WordsTest {
  private static final Document DOCUMENT = Document.load();

  @Test
  void theWordsAreThoseOfTheRooms() {
    assertWords("CaseState", CaseState.values(), CaseState::word);
    assertWords("TaskState", TaskState.values(), TaskState::word);
    assertWords("TimelineKind", TimelineStore.Kind.values(), TimelineStore.Kind::word);
    assertWords("ProposalState", ProposalState.values(), ProposalState::word);
    assertWords("ApprovalState", ApprovalState.values(), ApprovalState::word);
    assertWords("DecoyVerdict", DecoyVerdict.values(), DecoyVerdict::word);
    assertWords("AccessTaskStatus", AccessTask.Status.values(), AccessTask.Status::word);
    assertWords("GrantState", PreGrant.State.values(), PreGrant.State::word);
    assertWords("ExecutionState", ExecutionState.values(), ExecutionState::word);
    assertWords("VersionState", VersionState.values(), VersionState::word);
    assertWords("MetadataType", Declaration.Type.values(), Declaration.Type::word);
    assertWords("Mode", Mode.values(), Mode::word);
    assertWords("FreezeScope", Freeze.Scope.values(), Freeze.Scope::word);
    assertWords("Stage", Stage.values(), Stage::word);
    assertWords("StageCause", StageChange.Cause.values(), StageChange.Cause::word);
    assertWords("Promotion", Promotion.values(), Promotion::word);
    assertWords("AnomalyState", AlarmLife.State.values(), AlarmLife.State::word);
    assertWords("AlarmKind", AlarmKind.values(), AlarmKind::word);
    assertWords("DriftKind", DriftKind.values(), DriftKind::word);
    assertWords("PredictorWord", Predictor.values(), Predictor::word);
    assertWords("Severity", Severity.values(), Severity::word);
    assertWords("KeyState", KeyState.values(), KeyState::word);
    assertWords("WhenUnavailable", WhenUnavailable.values(), WhenUnavailable::word);
    assertWords("WebhookState", WebhookState.values(), WebhookState::word);
    assertWords("DeliveryState", DeliveryState.values(), DeliveryState::word);
    assertWords("Profile", Tenant.Profile.values(), Tenant.Profile::word);
  }

  private static <E> void assertWords(String schema, E[] values, Function<E, String> word) {
    assertThat(DOCUMENT.schema(schema).items("enum"))
        .as(schema)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(values).map(word).map(Json::of).toList());
  }

  @Test
  void aKeyMayBeGivenExactlyTheRolesThatCanBeGranted() {
    var pattern = DOCUMENT.schema("GrantableRole").text("pattern").orElseThrow();
    var grantable = Pattern.compile(pattern);
    var tried =
        Stream.concat(
                Roles.all().keySet().stream(),
                Stream.of(
                    "approver:claims",
                    "approver:",
                    "approver:A",
                    "approver",
                    "approver:a b",
                    "nobody",
                    ""))
            .collect(Collectors.toCollection(TreeSet::new));
    for (var role : tried) {
      assertThat(grantable.matcher(role).find()).as(role).isEqualTo(Roles.grantable(role));
    }
  }
}
