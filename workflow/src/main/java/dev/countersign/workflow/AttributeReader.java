package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/// Reads which facts the cases of a workflow may have.
final class AttributeReader {
  private static final int MOST_WORDS = 100;
  private static final int LONGEST_WORD = 200;

  private AttributeReader() {}

  static List<CaseAttribute> read(List<Fields> given) {
    var attributes = new ArrayList<CaseAttribute>();
    var names = new HashSet<String>();
    var types = Arrays.stream(CaseAttribute.Type.values()).map(CaseAttribute.Type::word);
    var words = types.toArray(String[]::new);
    for (var fields : given) {
      var name = Word.name(fields, "name");
      var type = CaseAttribute.Type.read(fields.word("type", words));
      var required = fields.optionalTruth("required").orElse(false);
      var oneOf = fields.strings("one_of", MOST_WORDS, LONGEST_WORD);
      if (!oneOf.isEmpty() && type != CaseAttribute.Type.STRING) {
        fields.problem("one_of", "wrong_value", "is for the type `string` only");
      }
      if (!name.isEmpty() && !names.add(name)) {
        fields.problem("name", "duplicate", "the attribute `" + name + "` is there already");
      }
      fields.closed();
      attributes.add(new CaseAttribute(name, type, required, oneOf));
    }
    return attributes;
  }
}
