package dev.countersign.policy.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableMap;
import dev.cel.bundle.Cel;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Conditions.Problem;
import dev.countersign.policy.Outcome;
import dev.countersign.policy.Predicates;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// CEL as the language of guards and rules. Immutable and safe for use by many threads.
///
/// Keys that may be missing are not traced here as [Guards] does for policies: what a case holds is
/// its tenant's affair, and an evaluation that fails refuses.
public final class CelPredicates implements Predicates {

  @Override
  public Compilation compile(String expression, List<Variable> variables) {
    var cel = language(variables);
    var checked = cel.compile(expression);
    if (checked.hasError()) {
      return new Compilation.Rejected(CelConditions.problems(checked));
    }
    try {
      return new Compilation.Compiled(new Program(cel.createProgram(checked.getAst())));
    } catch (CelValidationException | CelEvaluationException e) {
      return new Compilation.Rejected(List.of(new Problem(1, 1, "can't be made ready to run")));
    }
  }

  private static Cel language(List<Variable> variables) {
    var types = ImmutableMap.<String, CelType>builder();
    variables.forEach(variable -> types.put(variable.name(), type(variable)));
    var all = types.buildOrThrow();
    var builder =
        CelConditions.language()
            .setResultType(SimpleType.BOOL)
            .setTypeProvider(new VariableTypes(all));
    all.forEach(builder::addVar);
    return builder.build();
  }

  private static CelType type(Variable variable) {
    var types = ImmutableMap.<String, CelType>builder();
    variable.members().forEach((name, type) -> types.put(name, type(type)));
    var members = types.buildOrThrow();
    return StructType.create(
        variable.name(), members.keySet(), member -> Optional.ofNullable(members.get(member)));
  }

  private static CelType type(Type type) {
    return switch (type) {
      case TEXT -> SimpleType.STRING;
      case INTEGER -> SimpleType.INT;
      case TRUTH -> SimpleType.BOOL;
      case OBJECT -> MapType.create(SimpleType.STRING, SimpleType.DYN);
    };
  }

  /// A variable is the only one of its type, so that is called as it is.
  private record VariableTypes(ImmutableMap<String, CelType> byName) implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return byName.values();
    }

    @Override
    public Optional<CelType> findType(String name) {
      return Optional.ofNullable(byName.get(name));
    }
  }

  private record Program(CelRuntime.Program program) implements Predicate {
    @Override
    public Outcome test(Map<String, JsonObject> variables) {
      try {
        return program.eval(name -> Optional.ofNullable(variables.get(name)).map(CelValues::of))
                instanceof Boolean holds
            ? Outcome.of(holds)
            : new Outcome.Errored("the expression gave no truth value");
      } catch (CelEvaluationException e) {
        return CelFailure.of(e);
      }
    }
  }
}
