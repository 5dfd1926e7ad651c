package dev.countersign.policy;

import dev.countersign.policy.Conditions.Compilation;
import dev.countersign.policy.Conditions.Problem;
import java.util.ArrayList;
import java.util.List;

/// A condition of a set that is not fit for use, and where.
public record PolicyProblem(PolicyKey policy, Problem problem) {

  /// Everything that is wrong with the conditions of a set, disabled ones too: enabling must not
  /// fail later.
  public static List<PolicyProblem> in(PolicySet set, Conditions conditions) {
    var all = new ArrayList<PolicyProblem>();
    for (var policy : set.policies()) {
      switch (conditions.compile(policy)) {
        case Compilation.Compiled(var _) -> {}
        case Compilation.Rejected(var problems) ->
            problems.forEach(problem -> all.add(new PolicyProblem(policy.key(), problem)));
      }
    }
    return List.copyOf(all);
  }
}
