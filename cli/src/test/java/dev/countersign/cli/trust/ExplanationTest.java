package dev.countersign.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import org.junit.jupiter.api.Test;

class ExplanationTest {
  private static final JsonObject FREE = JsonReader.readObject("{\"ceiling\":\"full_auto\"}");

  private static final JsonObject SCOPE =
      JsonReader.readObject(
          """
          {"action_type":"advance","queue":"intake","site":"main","role_context":"*","stage":"guarded_auto",
           "stage_shown":"Assisting","entered_at":"2026-11-20T12:00:00Z","profile":"standard",
           "versions":{"named":"policies 00, tool t, model rx 2.3","proven":[]},
           "next_step":{"to":"conditional_auto","to_shown":"Semi-auto","needs_signature":true,"conditions":[
             {"name":"score","met":true,"needed":"a","present":"b"},
             {"name":"dwell","met":false,"needed":"7 days in the stage","present":"3 days"}]},
           "promotion_test":{"required":true,"attempt":2,"counted":70,"harms":1,"budget":0.02,"clean_missing":416,
             "harm_rate_lower":0.001,"harm_rate_upper":0.0912},
           "watch":{"budget":0.05,"streak":1,"streak_limit":4,"suspicion":12.25,"suspicion_line":6500,"proved_line":10637.5},
           "score":{"lowest":0.71255,"highest":0.8,"weights":{
             "reliability":0.35,"alignment":0.2501,"safety":0.2499,"value":0.15,"override_rate":1}},
           "alarms":[],"drops_at":"2026-12-20T12:00:00Z","lowered_by_person":false}
          """);

  @Test
  void itSaysWhereItStandsWhatIsMissingAndWhatIsNear() {
    assertThat(Explanation.of(SCOPE, FREE))
        .containsExactly(
            "`advance` in queue `intake` at site `main`, role `*`",
            "is at Assisting (`guarded_auto`) since 2026-11-20T12:00:00Z, in the standard profile",
            "its evidence is of policies 00, tool t, model rx 2.3",
            "its score is 0.7126 to 0.8000; it weighs reliability 0.35, alignment 0.2501, safety 0.2499, value 0.15, and overrides take away up to 1",
            "",
            "for Semi-auto is missing:",
            "  dwell: needs 7 days in the stage; there is 3 days",
            "  attempt 2: 70 counted, 1 of them harm; the rate of harm is 0.1% to 9.1%, accepted is 2.0%",
            "  416 clean proposals in a row would pass the test",
            "",
            "it is lowered by",
            "  one severe harm: to `observe`, at once",
            "  4 harmful executions in a row, 3 more than now: one stage",
            "  outcomes that look as if harm were over 5.0%: one stage (suspicion 12.3 of 6500; proved line 10638)",
            "  no observed outcome until 2026-12-20T12:00:00Z: to `propose`",
            "  another model, tool or policy: to what is proven for that",
            "  an administrator",
            "",
            "no ceiling and no alarm holds it; gates, freezes and policies are asked at each action");
  }

  @Test
  void byWhichTestItRoseIsSaid() {
    var earned =
        JsonReader.readObject(
            """
            {"to":"guarded_auto","at":"2026-11-20T12:00:00Z","attempt":2,"budget":0.05,"wealth":2431.5,"line":2400,
             "counted":157,"harms":1,"versions":null}
            """);
    assertThat(Explanation.of(SCOPE.with("earned", earned), FREE).get(2))
        .isEqualTo(
            "the test raised it there: 157 counted, 1 of them harm; evidence 2432 of 2400 (attempt 2, at most 5.0% harm)");
  }

  @Test
  void whatHoldsItIsNamed() {
    var autonomy =
        JsonReader.readObject(
            """
            {"ceiling":"propose","undeclared_ceiling":"observe",
             "model_ceilings":[{"model":"rx 2.3","ceiling":"guarded_auto"}]}
            """);
    assertThat(Explanation.of(SCOPE, autonomy))
        .contains(
            "whatever it earns, it is held by",
            "  the tenant's ceiling is `propose`",
            "  the ceiling of model `rx 2.3` is `guarded_auto`",
            "  where no model is declared the ceiling is `observe`");
  }

  @Test
  void alarmsInForceAreNamedWithTheirEnd() {
    var alarms =
        JsonReader.readObject(
            """
            {"alarms":[
              {"anomaly_id":"0198c0de-0000-7000-8000-000000000001","kind":"rejection_spike",
               "hour":"2026-11-23T07:00:00Z","state":"confirmed","lowers_until":null},
              {"anomaly_id":"0198c0de-0000-7000-8000-000000000002","kind":"velocity",
               "hour":"2026-11-23T08:00:00Z","state":"raised","lowers_until":"2026-11-23T10:05:00Z"}]}
            """);
    var scope = SCOPE.with("alarms", Json.array(alarms.items("alarms")));
    assertThat(Explanation.of(scope, FREE))
        .endsWith(
            "whatever it earns, it is held by",
            "  an alarm, `rejection_spike` of the hour of 2026-11-23T07:00:00Z: `propose` until it is resolved (confirmed, anomaly 0198c0de-0000-7000-8000-000000000001)",
            "  an alarm, `velocity` of the hour of 2026-11-23T08:00:00Z: `propose` until 2026-11-23T10:05:00Z, or until it is resolved (raised, anomaly 0198c0de-0000-7000-8000-000000000002)",
            "and gates, freezes and policies are asked at each action");
  }

  @Test
  void whatIsUnknownIsCalledUnknownAndTheLowestIsNotLowered() {
    var scope =
        JsonReader.readObject(
            """
            {"action_type":"a","queue":"q","site":"s","role_context":"*","stage":"observe","stage_shown":"Learning",
             "entered_at":"2026-11-20T12:00:00Z","profile":"demo","versions":{"named":null,"proven":[]},
             "next_step":{"to":"propose","to_shown":"Suggesting","needs_signature":false,"conditions":[
               {"name":"score","met":true,"needed":"a","present":"b"}]},
             "promotion_test":{"required":false,"attempt":1,"counted":0,"harms":0,"budget":0.1,"clean_missing":null,
               "harm_rate_lower":null,"harm_rate_upper":null},
             "watch":null,"drops_at":null,"lowered_by_person":true}
            """);
    assertThat(Explanation.of(scope, FREE))
        .contains(
            "nothing is missing for Suggesting: it rises with the next good news",
            "  attempt 1: 0 counted, 0 of them harm; the rate of harm is unknown, accepted is 10.0%",
            "  more clean proposals than anybody could wait for are missing",
            "  the demo profile does not ask for that test",
            "it cannot be lowered any further",
            "  a person lowered it: only a signature raises it");
  }

  @Test
  void atTheTopThereIsNoHigherStage() {
    var top = SCOPE.with("next_step", Json.NULL).with("promotion_test", Json.NULL);
    assertThat(Explanation.of(top, FREE)).contains("there is no higher stage");
  }
}
