package dev.countersign.workflow;

import dev.countersign.kernel.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a proposal's evidence is evidence of: the policies that decide about it, what carries it
/// out, and the model that its caller declares.
///
/// Two of them are the same if and only if their [#text] is: a digest and a tool have no comma, and
/// the model stands last. What the caller declares can only lower what is in force, because other
/// versions have at most what was proven for them.
///
/// @param policies a digest of those that can decide about the action
/// @param tool what carries it out, and where to
/// @param model as the caller declares it, if he does
public record Versions(Digest policies, String tool, Optional<String> model) {

  public static final int LONGEST_MODEL = 100;

  private static final int PARTS = 3;

  public Versions {
    if (tool.indexOf(',') >= 0 || model.filter(name -> !isModel(name)).isPresent()) {
      throw new IllegalArgumentException("a tool or a model is named in another way");
    }
  }

  /// @param policies a digest of those that can decide about the transition
  public static Versions of(Digest policies, Transition transition, Optional<String> model) {
    var tool = transition.handler().version() + " to " + transition.to();
    // Another address is another system, whatever else stays the same.
    var system =
        transition
            .call()
            .map(call -> " by " + Digest.ofCanonical(call.addresses()).hex().substring(0, 16));
    return new Versions(policies, tool + system.orElse(""), model);
  }

  /// Whether `text` names a model: visible, with no space at its ends, so that no two names look
  /// alike on paper.
  public static boolean isModel(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_MODEL
        && text.strip().equals(text)
        && text.codePoints().allMatch(Versions::visible);
  }

  private static boolean visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  public String text() {
    return "policies %s, tool %s, %s".formatted(policies.hex(), tool, modelText());
  }

  private String modelText() {
    return model.map(name -> "model " + name).orElse("no model declared");
  }

  /// Which parts differ from those that `named` stands for, in words.
  public List<String> differences(String named) {
    var parts = named.split(", ", PARTS);
    if (parts.length != PARTS) {
      return List.of("all parts");
    }
    var own = text().split(", ", PARTS);
    var differences = new ArrayList<String>();
    if (!parts[0].equals(own[0])) {
      differences.add("the policies that decide about it");
    }
    if (!parts[1].equals(own[1])) {
      differences.add("`%s`, not `%s`".formatted(own[1], parts[1]));
    }
    if (!parts[2].equals(own[2])) {
      differences.add("`%s`, not `%s`".formatted(own[2], parts[2]));
    }
    return List.copyOf(differences);
  }
}
