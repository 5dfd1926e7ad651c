package dev.countersign.server.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.countersign.events.RecordedActions;
import dev.countersign.events.usecase.WebhookRequest;
import dev.countersign.identity.usecase.ChangeLimits;
import dev.countersign.identity.usecase.IssueKey;
import dev.countersign.identity.usecase.RotateKey;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.ledger.usecase.EraseContent;
import dev.countersign.ledger.usecase.Holds;
import dev.countersign.ledger.usecase.Retention;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.check.AccessSubmission;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.EvaluationRequest;
import dev.countersign.policy.check.EvaluationsRequest;
import dev.countersign.policy.check.SearchRequest;
import dev.countersign.policy.check.SearchRequest.Gap;
import dev.countersign.policy.tests.SetFile;
import dev.countersign.policy.usecase.ChangeSettings;
import dev.countersign.policy.usecase.MaintainRegistry;
import dev.countersign.policy.usecase.PutEntity;
import dev.countersign.policy.usecase.StartSimulation;
import dev.countersign.policy.usecase.SwitchPolicy;
import dev.countersign.server.yaml.YamlReader;
import dev.countersign.trust.usecase.Anomalies;
import dev.countersign.trust.usecase.ChooseModel;
import dev.countersign.trust.usecase.SetTrust;
import dev.countersign.trust.usecase.SplitScope;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.usecase.ChangeGate;
import dev.countersign.workflow.usecase.ChangeTask;
import dev.countersign.workflow.usecase.CorrectCase;
import dev.countersign.workflow.usecase.CreateDelegation;
import dev.countersign.workflow.usecase.CreateGrant;
import dev.countersign.workflow.usecase.DecisionRequest;
import dev.countersign.workflow.usecase.DecisionsRequest;
import dev.countersign.workflow.usecase.DefineWorkflow;
import dev.countersign.workflow.usecase.EditProposal;
import dev.countersign.workflow.usecase.LiftFreeze;
import dev.countersign.workflow.usecase.MaintainTraps;
import dev.countersign.workflow.usecase.MigrateCase;
import dev.countersign.workflow.usecase.OpenCase;
import dev.countersign.workflow.usecase.OpenTask;
import dev.countersign.workflow.usecase.OutcomeReport;
import dev.countersign.workflow.usecase.PostEvent;
import dev.countersign.workflow.usecase.ProposalRequest;
import dev.countersign.workflow.usecase.ReleaseCase;
import dev.countersign.workflow.usecase.ResolveParked;
import dev.countersign.workflow.usecase.RollBack;
import dev.countersign.workflow.usecase.SetAutonomy;
import dev.countersign.workflow.usecase.SetFreeze;
import dev.countersign.workflow.usecase.SetVigilance;
import dev.countersign.workflow.usecase.TenantProfile;
import dev.countersign.workflow.usecase.WithdrawProposal;
import jakarta.ws.rs.Consumes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The request schemas of the document say what the parsers read: the same fields, the same
/// required ones, and examples that both accept.
///
/// The bodies of tenants and of trust stages are read within their routes, so only the running
/// server can be asked about them.
class RequestShapesTest {
  private static final Document DOCUMENT = Document.load();
  private static final Contract CONTRACT = Contract.of(DOCUMENT);

  private static final SortedMap<String, Consumer<Json>> PARSERS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("check", body -> CheckRequest.read(body, TenantFacts.NONE)),
              Map.entry("defineWorkflow", DefineWorkflow::parse),
              Map.entry("authorizeGate", ChangeGate::authorization),
              Map.entry("revokeGate", ChangeGate::revocation),
              Map.entry("setFreeze", SetFreeze::parse),
              Map.entry("liftFreeze", LiftFreeze::parse),
              Map.entry("setFreezeEverywhere", SetFreeze::parseEverywhere),
              Map.entry("liftFreezeEverywhere", LiftFreeze::parse),
              Map.entry("openCase", body -> OpenCase.parse(body, TenantProfile.DEMO)),
              Map.entry("correctCase", CorrectCase::parse),
              Map.entry("releaseCase", ReleaseCase::parse),
              Map.entry("migrateCase", MigrateCase::parse),
              Map.entry("createRule", CaseRule::parse),
              Map.entry("changeRule", CaseRule.Change::parse),
              Map.entry("openTask", OpenTask::parse),
              Map.entry("changeTask", ChangeTask::parse),
              Map.entry("postEvent", body -> PostEvent.parse(body, TenantProfile.DEMO)),
              Map.entry("propose", body -> ProposalRequest.parse(body, TenantProfile.DEMO)),
              Map.entry("decideApproval", body -> DecisionRequest.parse(body, TenantProfile.DEMO)),
              Map.entry("decideSeveral", body -> DecisionsRequest.parse(body, TenantProfile.DEMO)),
              Map.entry("setVigilance", SetVigilance::parse),
              Map.entry("setTrap", MaintainTraps::parse),
              Map.entry("submitAccessRequest", AccessSubmission::read),
              Map.entry("createGrant", CreateGrant::parse),
              Map.entry("createDelegation", CreateDelegation::parse),
              Map.entry("withdrawProposal", WithdrawProposal::reason),
              Map.entry("editProposal", body -> EditProposal.parse(body, TenantProfile.DEMO)),
              Map.entry("dryRunProposal", body -> ProposalRequest.parse(body, TenantProfile.DEMO)),
              Map.entry("setAutonomy", SetAutonomy::parse),
              Map.entry("moveAnomaly", Anomalies::parse),
              Map.entry("retrainModels", ChooseModel::parseDemand),
              Map.entry("chooseModel", ChooseModel::parseChoice),
              Map.entry("setTrustSettings", SetTrust::parse),
              Map.entry("splitTrustScope", SplitScope::parse),
              Map.entry(
                  "correctOutcome", body -> OutcomeReport.correction(body, TenantProfile.DEMO)),
              Map.entry("rollBackExecution", body -> RollBack.parse(body, TenantProfile.DEMO)),
              Map.entry("redriveExecution", ResolveParked::reason),
              Map.entry("discardExecution", ResolveParked::reason),
              Map.entry("reportOutcome", body -> OutcomeReport.parse(body, TenantProfile.DEMO)),
              Map.entry("setRetention", body -> Retention.parse(body, RecordedActions::wrong)),
              Map.entry("eraseContent", EraseContent::parse),
              Map.entry("setHold", Holds::parse),
              Map.entry("liftHold", Holds::parseLift),
              Map.entry("draftPolicySet", SetFile::read),
              Map.entry("changePolicyOverrides", ChangeSettings::overrides),
              Map.entry("changePolicyValues", ChangeSettings::values),
              Map.entry("switchPolicy", SwitchPolicy::parse),
              Map.entry("putModel", body -> MaintainRegistry.model("gpt-4", body)),
              Map.entry("putDeclaration", body -> MaintainRegistry.declaration("team", body)),
              Map.entry("simulatePolicySet", StartSimulation::read),
              Map.entry("rotateKey", RotateKey.Request::parse),
              Map.entry("changeLimits", ChangeLimits::parse),
              Map.entry("createKey", IssueKey.Request::parse),
              Map.entry("createWebhook", WebhookRequest::parseNew),
              Map.entry("changeWebhook", WebhookRequest::parseChange),
              Map.entry("putEntity", body -> PutEntity.parse("user", "alice", body)),
              Map.entry("evaluate", RequestShapesTest::evaluation),
              Map.entry("evaluateSeveral", EvaluationsRequest::read),
              Map.entry("searchSubjects", body -> search(Gap.SUBJECT, body)),
              Map.entry("searchResources", body -> search(Gap.RESOURCE, body)),
              Map.entry("searchActions", body -> search(Gap.ACTION, body))));

  /// AuthZEN demands that receivers ignore what they do not know.
  private static final List<String> OPEN_BY_STANDARD =
      List.of(
          "evaluate",
          "evaluateSeveral",
          "searchSubjects",
          "searchResources",
          "searchActions",
          "submitAccessRequest");

  private static final List<String> READ_IN_ROUTES =
      List.of("createTenant", "lowerTrustScope", "promoteTrustScope");

  @Test
  void everyBodyOfTheDocumentHasItsParser() {
    var bodies =
        DOCUMENT.operations().stream()
            .filter(Operation::readsJson)
            .map(operation -> operation.text("operationId"))
            .collect(Collectors.toCollection(TreeSet::new));
    var known = new TreeSet<>(PARSERS.keySet());
    known.addAll(READ_IN_ROUTES);
    assertThat(bodies).isEqualTo(known);
  }

  @Test
  void exactlyTheRequiredFieldsAreMissed() {
    PARSERS.forEach((operation, parser) -> {
      var schema = DOCUMENT.resolved(schema(operation));
      var required = names(schema.items("required"));
      assertThat(pointers(parser, JsonObject.EMPTY, "missing")).as(operation).isEqualTo(required);
    });
  }

  @Test
  void everyDescribedFieldIsKnownAndNoOther() {
    PARSERS.forEach((operation, parser) -> {
      var schema = DOCUMENT.resolved(schema(operation));
      var body = Json.object().put("not_a_field", true);
      schema
          .object("properties")
          .orElseThrow()
          .members()
          .keySet()
          .forEach(name -> body.put(name, Json.NULL));
      var unknown = pointers(parser, body.build(), "unknown_field");
      if (OPEN_BY_STANDARD.contains(operation)) {
        assertThat(unknown).as(operation).isEmpty();
      } else {
        assertThat(unknown).as(operation).containsExactly("/not_a_field");
      }
    });
  }

  @Test
  void everyRequestSchemaOfOursIsClosed() {
    DOCUMENT.operations().stream()
        .filter(Operation::readsJson)
        .forEach(operation ->
            assertThat(DOCUMENT.resolved(schema(operation)).truth("additionalProperties"))
                .as(operation.name())
                .hasValue(OPEN_BY_STANDARD.contains(operation.text("operationId"))));
  }

  @Test
  void everyExampleFitsItsSchemaAndIsAccepted() {
    for (var operation : DOCUMENT.operations()) {
      if (operation.readsJson()) {
        var example = media(operation).member("example").orElseThrow();
        assertThat(CONTRACT.problems(schema(operation), example.toString()))
            .as(operation.name())
            .isEmpty();
        var parser = PARSERS.get(operation.text("operationId"));
        if (parser != null) {
          assertThatCode(() -> parser.accept(example))
              .as(operation.name())
              .doesNotThrowAnyException();
        }
      }
    }
  }

  /// What may be sent in two notations is the same in both.
  @Test
  void everyYamlBodyIsTheJsonBody() {
    var inYaml = new TreeSet<String>();
    for (var operation : DOCUMENT.operations()) {
      var content = operation.node().object("requestBody").flatMap(body -> body.object("content"));
      content
          .flatMap(types -> types.object("application/yaml"))
          .ifPresent(yaml -> {
            inYaml.add(operation.name());
            assertThat(yaml.member("schema")).isEqualTo(media(operation).member("schema"));
            var example = yaml.text("example").orElseThrow();
            assertThat(YamlReader.read(example, example.length(), JsonReader.DEFAULT_DEPTH))
                .isEqualTo(media(operation).member("example").orElseThrow());
          });
    }
    var served =
        Route.all().stream()
            .filter(RequestShapesTest::takesYaml)
            .map(Route::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(inYaml).isEqualTo(served).isNotEmpty();
  }

  private static boolean takesYaml(Route route) {
    return route.code().isAnnotationPresent(Consumes.class)
        && List.of(route.code().getAnnotation(Consumes.class).value()).contains("application/yaml");
  }

  private static void evaluation(Json body) {
    EvaluationRequest.read(body, TenantFacts.NONE, Optional.empty());
  }

  private static void search(Gap gap, Json body) {
    SearchRequest.read(gap, body, TenantFacts.NONE, Optional.empty());
  }

  private static Set<String> pointers(Consumer<Json> parser, Json body, String code) {
    try {
      parser.accept(body);
      return new TreeSet<>();
    } catch (Refusal.Invalid invalid) {
      return invalid.violations().stream()
          .filter(violation -> violation.code().equals(code))
          .map(Violation::pointer)
          .filter(pointer -> pointer.lastIndexOf('/') == 0)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> names(List<Json> names) {
    return names.stream()
        .map(name -> "/" + ((Json.JsonString) name).value())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonObject schema(String operationId) {
    return DOCUMENT.operations().stream()
        .filter(operation -> operation.text("operationId").equals(operationId))
        .map(RequestShapesTest::schema)
        .findFirst()
        .orElseThrow();
  }

  private static JsonObject schema(Operation operation) {
    return media(operation).object("schema").orElseThrow();
  }

  private static JsonObject media(Operation operation) {
    return operation
        .node()
        .object("requestBody")
        .flatMap(body -> body.object("content"))
        .flatMap(content -> content.object("application/json"))
        .orElseThrow();
  }
}
