package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// How far actions of a tenant may go by themselves, whatever they have earned.
///
/// @param ceiling the most that is allowed; never [Mode#BLOCKED], for which there are freezes
/// @param auditPerTenThousand of so many actions that could run by themselves people decide first,
///   drawn at random: 100 to 10,000, because without a share that people look at nobody would
///   notice when what was earned is no longer true
/// @param modelCeilings of versions of models, each named once, by their names
/// @param undeclaredCeiling of proposals that declare no model
public record AutonomySetting(
    Mode ceiling,
    int auditPerTenThousand,
    List<ModelCeiling> modelCeilings,
    Optional<Mode> undeclaredCeiling) {

  /// As many versions as one tenant runs at a time, and then some.
  public static final int MOST_MODELS = 100;

  public static final int LEAST_AUDIT = 100;
  public static final int WHOLE = 10_000;

  /// One in twenty.
  public static final int USUAL_AUDIT = 500;

  /// What holds where nobody said anything: software acts by itself only after an administrator
  /// allowed it.
  public static final AutonomySetting USUAL = new AutonomySetting(Mode.PROPOSE, USUAL_AUDIT);

  public AutonomySetting {
    modelCeilings =
        modelCeilings.stream().sorted(Comparator.comparing(ModelCeiling::model)).toList();
    long names = modelCeilings.stream().map(ModelCeiling::model).distinct().count();
    if (names != modelCeilings.size() || names > MOST_MODELS) {
      throw new IllegalArgumentException("at most " + MOST_MODELS + " models, each named once");
    }
    if (ceiling == Mode.BLOCKED || undeclaredCeiling.equals(Optional.of(Mode.BLOCKED))) {
      throw new IllegalArgumentException("a ceiling does not block; a freeze does");
    }
    if (auditPerTenThousand < LEAST_AUDIT || auditPerTenThousand > WHOLE) {
      throw new IllegalArgumentException("the share that people decide is 0.01 to 1");
    }
  }

  /// Without ceilings of models.
  public AutonomySetting(Mode ceiling, int auditPerTenThousand) {
    this(ceiling, auditPerTenThousand, List.of(), Optional.empty());
  }

  /// The ceiling of proposals that declare this model, or none.
  Optional<Mode> ceilingOf(Optional<String> model) {
    return model.isEmpty()
        ? undeclaredCeiling
        : modelCeilings.stream()
            .filter(listed -> listed.model().equals(model.get()))
            .map(ModelCeiling::ceiling)
            .findFirst();
  }

  /// The share, 0.01 to 1.
  public double auditShare() {
    return auditPerTenThousand / (double) WHOLE;
  }

  public JsonObject json() {
    return Json.object()
        .put("ceiling", ceiling.word())
        .put("audit_share", auditShare())
        .put("model_ceilings", models())
        .put("undeclared_ceiling", undeclaredCeiling.map(mode -> Json.of(mode.word())))
        .build();
  }

  /// The ceilings of models, as they are stored and shown.
  public JsonArray models() {
    return Json.array(
        modelCeilings.stream()
            .map(each ->
                Json.object()
                    .put("model", each.model())
                    .put("ceiling", each.ceiling().word())
                    .build())
            .toList());
  }
}
