package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FreezeEverywhereTest {
  private static final Page PAGE = new Page(20, Optional.empty());

  private final World world = World.ready();
  private final Principal platform =
      World.principal(world.newTenant(), "ck_platform", "platform_admin");

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void nothingIsProposedDecidedOrCarriedOutInAnyTenantUntilItIsLifted() {
    var first = World.id(world.open(), "case_id");
    var second = World.id(world.open(), "case_id");
    var waiting = world.propose(first, "advance");
    var approved = world.propose(second, "advance");
    world.approveAndCrash(world.reviewer, approved);
    var freeze = freeze();
    assertThat(world.execute(approved).text("proposal_state")).contains("approved");
    assertThatThrownBy(() -> world.decide(world.reviewer, waiting, "approve"))
        .isInstanceOfSatisfying(
            Refusal.Conflict.class,
            refusal ->
                assertThat(refusal.reasons())
                    .anySatisfy(problem ->
                        assertThat(problem.toString())
                            .contains("everything is frozen everywhere: it pays twice")));
    var third = World.id(world.open(), "case_id");
    assertThatThrownBy(() -> world.propose(third, "advance")).isInstanceOf(Refusal.Conflict.class);
    lift(freeze);
    world.propose(third, "advance");
    world.decide(world.reviewer, waiting, "approve");
    assertThat(world.proposalState(waiting)).isEqualTo("executed");
    world.clock.advance(ExecuteProposals.PAUSE);
    assertThat(world.execute(approved).text("proposal_state")).contains("executed");
  }

  @Test
  void everyTenantSeesItWhileItIsInForceAndOnlyThePlatformAfterwards() {
    var freeze = freeze();
    assertThat(list(world.admin)).containsExactly(freeze.toString());
    assertThat(list(platform)).containsExactly(freeze.toString());
    lift(freeze);
    assertThat(list(world.admin)).isEmpty();
    assertThat(
            world.showFreezes.listEverywhere(platform, PAGE).items("freezes").getFirst().toString())
        .contains("\"lift_reason\":\"over\"");
  }

  @Test
  void aTenantLiftsItByNoRoute() {
    var freeze = freeze();
    for (var somebody : new Principal[] {world.admin, platform}) {
      assertThatThrownBy(() -> world.liftFreeze.lift(world.call(somebody), freeze, "no"))
          .isInstanceOf(Refusal.NotFound.class);
    }
    assertThatThrownBy(() -> world.liftFreeze.liftEverywhere(world.call(world.admin), freeze, "no"))
        .isInstanceOf(Refusal.NotFound.class);
    var own = world.freeze("tenant", "*");
    assertThatThrownBy(() -> world.liftFreeze.liftEverywhere(world.call(world.admin), own, "no"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void aTenantsRequestNamesNoFreezeOfEverything() {
    var body = Json.object().put("scope", "global").put("value", "*").put("reason", "r").build();
    assertThatThrownBy(() -> SetFreeze.parse(body)).isInstanceOf(Refusal.Invalid.class);
  }

  private UUID freeze() {
    var request = SetFreeze.parseEverywhere(Json.object().put("reason", "it pays twice").build());
    return World.id(world.setFreeze.set(world.call(platform), request).answer(), "freeze_id");
  }

  private void lift(UUID freeze) {
    world.liftFreeze.liftEverywhere(world.call(platform), freeze, "over");
  }

  private List<String> list(Principal principal) {
    return world.showFreezes.list(principal, PAGE).items("freezes").stream()
        .map(freeze -> ((Json.JsonObject) freeze).text("freeze_id").orElseThrow())
        .toList();
  }
}
