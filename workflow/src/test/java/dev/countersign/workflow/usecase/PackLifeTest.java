package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.workflow.Pack;
import dev.countersign.workflow.ShippedPacks;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Packs are loaded, hold what they promise, and begin anew.
class PackLifeTest {
  private final World world = new World();

  @AfterEach
  void close() {
    world.close();
  }

  private JsonObject load(String name) {
    return load(name, ShippedPacks.pack(name));
  }

  private JsonObject load(String name, Pack pack) {
    return world.loadPack.load(world.call(world.admin), TenantProfile.DEMO, name, pack).answer();
  }

  private JsonObject reset(String name) {
    return world
        .resetPack
        .reset(world.call(world.admin), TenantProfile.DEMO, name, ShippedPacks.pack(name))
        .answer();
  }

  private static UUID seeded(JsonObject pack, String reference) {
    return pack.items("cases").stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.text("reference").filter(reference::equals).isPresent())
        .map(each -> World.id(each, "case_id"))
        .findFirst()
        .orElseThrow();
  }

  private Principal with(String... roles) {
    return World.principal(world.tenant, "ck_" + String.join("_", roles).replace(':', '_'), roles);
  }

  private List<String> blocked(UUID caseId, String type) {
    var refusal = catchThrowableOfType(Refusal.Conflict.class, () -> world.propose(caseId, type));
    assertThat(refusal.code()).as(type).isEqualTo("blocked");
    return refusal.reasons().stream().map(Violation::code).toList();
  }

  private UUID open(String workflow, String queue, JsonObject attributes) {
    var body = Json.object().put("workflow", workflow).put("queue", queue);
    return World.id(
        world
            .openCase
            .open(
                world.call(world.agent),
                OpenCase.parse(body.put("attributes", attributes).build(), TenantProfile.STANDARD))
            .answer(),
        "case_id");
  }

  /// A refill that has come as far as a queue in which none is opened.
  private UUID standing(String queue, JsonObject attributes) {
    var caseId = open("pharmacy_refill", "pre_verification", attributes);
    world.tamper(
        "update workflow.case_file set queue = '%s' where case_id = '%s'".formatted(queue, caseId));
    return caseId;
  }

  @Test
  void noCaseBeginsWhereOthersComeOnlyThroughGates() {
    load("pharmacy-refill");
    load("insurance-claim");
    load("hr-onboarding");
    for (var place :
        List.of(
            "pharmacy_refill verification",
            "pharmacy_refill dispensing",
            "insurance_claim settled",
            "insurance_claim fraud_referral",
            "hr_onboarding complete",
            "hr_onboarding training")) {
      var words = place.split(" ", 2);
      var refusal =
          catchThrowableOfType(
              Refusal.Conflict.class, () -> open(words[0], words[1], JsonObject.EMPTY));
      assertThat(refusal.code()).as(place).isEqualTo("not_a_start");
    }
  }

  private String queue(UUID caseId) {
    return world.showCases.one(world.agent, caseId).text("queue").orElseThrow();
  }

  private JsonObject pass(UUID caseId, String type, Principal... people) {
    var proposed = world.propose(caseId, type);
    var decided = JsonObject.EMPTY;
    for (var person : people) {
      decided = world.decide(person, proposed, "approve");
    }
    assertThat(decided.text("proposal_state")).as(type).contains("executed");
    return decided;
  }

  @Test
  void softwareDoesTheTasksThatAreItsOwn() {
    does("insurance-claim", "CLM-2002", "validate_policy");
    does("hr-onboarding", "ONB-3003", "background_check");
  }

  private void does(String pack, String reference, String type) {
    var caseId = seeded(load(pack), reference);
    var task = (JsonObject) world.showCases.one(world.agent, caseId).items("tasks").getFirst();
    assertThat(task.text("type")).contains(type);
    var todo = task.with("case_id", Json.of(caseId.toString()));
    var begun = world.change(world.agent, todo, Json.object().put("state", "in_progress").build());
    var done =
        world.change(
            world.agent,
            begun.with("case_id", Json.of(caseId.toString())),
            Json.object().put("state", "completed").build());
    assertThat(done.text("state")).contains("completed");
  }

  @Test
  void aPackNamesNoRoleThatNobodyCanBeGiven() {
    var shipped = ShippedPacks.json("hr-onboarding").toString();
    var pack = JsonReader.readObject(shipped.replace("\"approver:it\"", "\"it\""));
    assertThatThrownBy(() -> load("hr-onboarding", Pack.parse(pack)))
        .isInstanceOfSatisfying(
            Refusal.Invalid.class,
            invalid ->
                assertThat(invalid.violations())
                    .extracting(Violation::pointer)
                    .anyMatch(at -> at.startsWith("/definition/transitions/"))
                    .anyMatch(at -> at.startsWith("/cases/")));
  }

  @Test
  void aRejectedClaimPassesNoGuardWhateverWayItGoes() {
    var caseId = seeded(load("pharmacy-refill"), "RX-1002");
    assertThat(blocked(caseId, "to_pre_verification")).containsExactly("guard");
    pass(caseId, "to_rejection_resolution", with("approver:pharmacy_technician"));
    pass(caseId, "resolve_rejection", with("approver:pharmacist"));
    assertThat(queue(caseId)).isEqualTo("data_entry");
    assertThat(blocked(caseId, "to_pre_verification")).containsExactly("guard");
    pass(caseId, "hold", with("approver:pharmacy_technician"));
    pass(caseId, "resume", with("approver:pharmacy_technician"));
    pass(caseId, "to_data_entry", with("approver:pharmacist"));
    assertThat(blocked(caseId, "to_pre_verification")).containsExactly("guard");
    // Whoever opens another of these facts further on finds the same guard there.
    var facts = world.showCases.one(world.agent, caseId).object("attributes").orElseThrow();
    assertThat(blocked(open("pharmacy_refill", "pre_verification", facts), "to_dispensing"))
        .containsExactly("guard");
    assertThat(blocked(standing("dispensing", facts), "to_verification")).containsExactly("guard");
  }

  @Test
  void aRejectedClaimWaitsUntilItsFactsSayOtherwise() {
    var caseId = seeded(load("pharmacy-refill"), "RX-1002");
    pass(caseId, "to_rejection_resolution", with("approver:pharmacy_technician"));
    pass(caseId, "resolve_rejection", with("approver:pharmacist"));
    assertThat(blocked(caseId, "to_pre_verification")).containsExactly("guard");
    correct(caseId, "{\"insurance_result\": \"accepted\", \"rejection_reason\": null}");
    assertThat(blocked(caseId, "to_rejection_resolution")).containsExactly("guard");
    pass(caseId, "to_pre_verification", with("approver:pharmacy_technician"));
    pass(caseId, "to_dispensing", with("approver:pharmacist"));
    pass(caseId, "to_verification", with("approver:pharmacist"));
    assertThat(queue(caseId)).isEqualTo("verification");
  }

  private void correct(UUID caseId, String attributes) {
    world.correct(with("operator"), caseId, JsonReader.readObject(attributes));
  }

  @Test
  void aPendingAuthorizationIsNotDispensedBeforeItIsThere() {
    var caseId = seeded(load("pharmacy-refill"), "RX-1003");
    assertThat(blocked(caseId, "to_dispensing")).containsExactly("guard");
    correct(caseId, "{\"prior_authorization\": \"approved\"}");
    pass(caseId, "to_dispensing", with("approver:pharmacist"));
  }

  @Test
  void aFailedCheckAndASuspicionAreNoEnd() {
    var hired = seeded(load("hr-onboarding"), "ONB-3004");
    assertThat(blocked(hired, "to_provisioning")).containsExactly("guard");
    correct(hired, "{\"background_check\": \"passed\"}");
    pass(hired, "to_provisioning", with("approver:hr_manager"));
    var claim = seeded(load("insurance-claim"), "CLM-2005");
    pass(claim, "refer_fraud", with("approver:adjuster"));
    pass(claim, "clear_fraud", with("approver:fraud_investigator"));
    assertThat(blocked(claim, "to_review")).containsExactly("guard");
    correct(claim, "{\"fraud_finding\": \"cleared\"}");
    pass(claim, "to_review", with("approver:adjuster"));
  }

  @Test
  void aControlledSubstanceNeedsAPharmacistWhoeverElseAgrees() {
    load("pharmacy-refill");
    var technician = with("approver:pharmacy_technician");
    var facts =
        Json.object()
            .put("insurance_result", "accepted")
            .put("refills", 1L)
            .put("controlled", true);
    var caseId = open("pharmacy_refill", "data_entry", facts.build());
    var proposed = world.propose(caseId, "to_pre_verification");
    assertThat(world.decide(technician, proposed, "approve").text("proposal_state"))
        .contains("pending");
    var second = with("approver:pharmacy_technician", "agent");
    var refusal =
        catchThrowableOfType(
            Refusal.Conflict.class, () -> world.decide(second, proposed, "approve"));
    assertThat(refusal.code()).isEqualTo("not_needed");
    assertThat(
            world.decide(with("approver:pharmacist"), proposed, "approve").text("proposal_state"))
        .contains("executed");
    // What nobody declared counts as controlled; what is not is decided by one.
    var unknown = open("pharmacy_refill", "contact_manager", JsonObject.EMPTY);
    assertThat(
            world
                .decide(technician, world.propose(unknown, "to_triage"), "approve")
                .text("proposal_state"))
        .contains("pending");
    var other =
        open("pharmacy_refill", "contact_manager", Json.object().put("controlled", false).build());
    pass(other, "to_triage", technician);
  }

  @Test
  void theFinalVerificationIsAPersonsWhateverWasEarned() {
    load("pharmacy-refill");
    var facts = Json.object().put("insurance_result", "accepted").put("controlled", false).build();
    var caseId = standing("dispensing", facts);
    var proposed = world.propose(caseId, "to_verification");
    assertThat(reasons(proposed)).contains("policy propose");
    assertThat(
            catchThrowableOfType(
                    Refusal.Forbidden.class,
                    () -> world.decide(with("approver:pharmacy_technician"), proposed, "approve"))
                .code())
        .isEqualTo("not_an_approver");
    world.decide(with("approver:pharmacist"), proposed, "approve");
    assertThat(queue(caseId)).isEqualTo("verification");
  }

  private static List<String> reasons(JsonObject proposed) {
    return proposed.items("mode_reasons").stream()
        .map(JsonObject.class::cast)
        .map(each -> each.text("source").orElseThrow() + " " + each.text("mode").orElseThrow())
        .toList();
  }

  @Test
  void aPayoutNeedsTwoPeopleThreeIfItIsLargeAndAnOpenGate() {
    var pack = load("insurance-claim");
    var adjuster = with("approver:adjuster");
    var manager = with("approver:claims_manager");
    var large = world.propose(seeded(pack, "CLM-2003"), "settle");
    assertThat(reasons(large)).contains("policy propose");
    world.decide(adjuster, large, "approve");
    assertThat(world.decide(manager, large, "approve").text("proposal_state")).contains("pending");
    assertThat(
            world.decide(with("approver:claims_director"), large, "approve").text("proposal_state"))
        .contains("executed");
    assertThat(blocked(seeded(pack, "CLM-2004"), "settle")).containsExactly("gate");
    var small =
        open(
            "insurance_claim",
            "approval",
            Json.object()
                .put("policy_status", "active")
                .put("fraud_finding", "none")
                .put("sum_insured_cents", 1_000_000L)
                .put("payout_cents", 900_000L)
                .build());
    var both = with("approver:adjuster", "approver:claims_manager");
    var proposed = world.propose(small, "settle");
    assertThat(world.decide(both, proposed, "approve").text("proposal_state"))
        .as("nobody takes two places")
        .contains("pending");
    assertThat(world.decide(manager, proposed, "approve").text("proposal_state"))
        .contains("executed");
  }

  @Test
  void aSuspicionIsReferredAndAFailedCheckStopsTheOnboarding() {
    var suspected = seeded(load("insurance-claim"), "CLM-2005");
    assertThat(blocked(suspected, "to_review")).containsExactly("guard");
    pass(suspected, "refer_fraud", with("approver:adjuster"));
    assertThat(world.showCases.one(world.agent, suspected).text("state")).contains("held");
    var failed = seeded(load("hr-onboarding"), "ONB-3004");
    assertThat(blocked(failed, "to_provisioning")).containsExactly("guard");
    pass(failed, "decline", with("approver:hr_manager"));
    assertThat(blocked(failed, "reopen")).as("opened by a person first").containsExactly("gate");
  }

  @Test
  void aSecondLoadChangesNothingAndWhatSomebodyClosedStaysClosed() {
    var first = load("hr-onboarding");
    assertThat(first.items("gates_set")).hasSize(10);
    assertThat(first.items("policies_added")).hasSize(2);
    world.changeGate.change(
        world.call(world.admin),
        "hr_onboarding",
        "hold",
        ChangeGate.revocation(Json.object().put("reason", "audit").build()));
    var before = world.rows();
    var again = load("hr-onboarding");
    assertThat(world.rows()).isEqualTo(before);
    assertThat(again.items("gates_set")).isEmpty();
    assertThat(again.items("policies_added")).isEmpty();
    assertThat(seeded(again, "ONB-3001")).isEqualTo(seeded(first, "ONB-3001"));
    assertThat(world.actions()).endsWith("pack.loaded");
  }

  @Test
  void aChangedWorkflowIsItsNextVersionAndWhatSomebodyClosedStaysClosed() {
    var first = load("hr-onboarding");
    world.changeGate.change(
        world.call(world.admin),
        "hr_onboarding",
        "hold",
        ChangeGate.revocation(Json.object().put("reason", "audit").build()));
    var text = ShippedPacks.json("hr-onboarding").toString();
    var slower = text.replace("\"manual_seconds\":60}", "\"manual_seconds\":61}");
    assertThat(slower).isNotEqualTo(text);
    var again = load("hr-onboarding", Pack.parse(JsonReader.readObject(slower)));
    assertThat(again.number("workflow_version")).contains(2.0);
    // Both `hold` and `resume` changed, and only one of them was open.
    assertThat(again.items("gates_set")).containsExactly(Json.of("resume"));
    assertThat(seeded(again, "ONB-3001")).isEqualTo(seeded(first, "ONB-3001"));
  }

  @Test
  void aResetHasTheCasesStandAsAtTheBeginningAndKeepsWhatHappened() {
    var loaded = load("pharmacy-refill");
    var moved = seeded(loaded, "RX-1001");
    var touched = seeded(loaded, "RX-1004");
    pass(moved, "to_data_entry", with("approver:pharmacist"));
    var live = world.propose(touched, "to_triage");
    int before = world.log().size();
    var reset = reset("pharmacy-refill");
    assertThat(world.actions().subList(before, world.log().size()))
        .containsExactly(
            "pack.reset",
            "case.opened",
            "case.put_away",
            "proposal.superseded",
            "case.opened",
            "task.opened",
            "case.put_away");
    assertThat(seeded(reset, "RX-1001")).isNotEqualTo(moved);
    assertThat(queue(seeded(reset, "RX-1001"))).isEqualTo("inbound_comms");
    assertThat(seeded(reset, "RX-1002")).isEqualTo(seeded(loaded, "RX-1002"));
    assertThat(world.proposalState(live)).isEqualTo("superseded");
    var away = world.showCases.one(world.agent, moved);
    assertThat(away.text("reference")).contains("RX-1001~" + moved.toString().substring(24));
    assertThat(away.text("state")).contains("cancelled");
    assertThat(away.number("version")).contains(3.0);

    var rows = world.rows();
    var again = reset("pharmacy-refill");
    assertThat(world.rows()).as("a second reset").isEqualTo(rows);
    assertThat(again.items("cases"))
        .allSatisfy(each -> assertThat(((JsonObject) each).truth("opened")).contains(false));
  }

  @Test
  void resetsAtOnceDoItOnce() throws Exception {
    var moved = seeded(load("pharmacy-refill"), "RX-1001");
    pass(moved, "to_data_entry", with("approver:pharmacist"));
    Callable<JsonObject> work = () -> reset("pharmacy-refill");
    try (var pool = Executors.newFixedThreadPool(4)) {
      var answers = pool.invokeAll(List.of(work, work, work, work));
      var ids = answers.stream().map(answer -> seeded(answer.resultNow(), "RX-1001")).distinct();
      assertThat(ids).hasSize(1);
    }
    assertThat(world.actions()).filteredOn("case.put_away"::equals).hasSize(1);
  }

  @Test
  void packsAreForDemoTenantsOnly() {
    var pack = ShippedPacks.pack("hr-onboarding");
    var before = world.rows();
    var loading =
        catchThrowableOfType(
            Refusal.Forbidden.class,
            () ->
                world.loadPack.load(
                    world.call(world.admin), TenantProfile.STANDARD, "hr-onboarding", pack));
    assertThat(loading.code()).isEqualTo("demo_only");
    var resetting =
        catchThrowableOfType(
            Refusal.Forbidden.class,
            () ->
                world.resetPack.reset(
                    world.call(world.admin), TenantProfile.STANDARD, "hr-onboarding", pack));
    assertThat(resetting.code()).isEqualTo("demo_only");
    assertThat(world.rows()).isEqualTo(before);
    assertThat(world.actions()).containsExactly("pack.refused", "pack.refused");
    assertThat(catchThrowableOfType(Refusal.Conflict.class, () -> reset("hr-onboarding")).code())
        .isEqualTo("pack_not_loaded");
  }
}
