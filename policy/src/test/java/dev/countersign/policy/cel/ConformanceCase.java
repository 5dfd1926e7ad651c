package dev.countersign.policy.cel;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.cel.expr.Decl;
import dev.cel.expr.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One test of a conformance file.
record ConformanceCase(
    String file,
    String name,
    String expression,
    String container,
    boolean macros,
    boolean check,
    boolean run,
    List<Decl> declarations,
    Map<String, DynamicMessage> bindings,
    Expected expected) {

  /// What must come of it.
  sealed interface Expected {
    /// This value, and this type if one is said.
    record Value(DynamicMessage value, Optional<Type> type) implements Expected {}

    /// True, which is what a test means that says nothing.
    record True() implements Expected {}

    /// A failure when it runs. Its words are every implementation's own.
    record Failure() implements Expected {}
  }

  /// All tests of a file.
  static List<ConformanceCase> of(DynamicMessage suite) throws InvalidProtocolBufferException {
    var cases = new ArrayList<ConformanceCase>();
    for (var section : all(suite, "section")) {
      for (var test : all(section, "test")) {
        var file = text(suite, "name");
        cases.add(of(file, file + "/" + text(section, "name") + "/" + text(test, "name"), test));
      }
    }
    return cases;
  }

  private static ConformanceCase of(String file, String name, DynamicMessage test)
      throws InvalidProtocolBufferException {
    var declarations = new ArrayList<Decl>();
    for (var declaration : all(test, "type_env")) {
      declarations.add(Decl.parseFrom(declaration.toByteString()));
    }
    var bindings = new LinkedHashMap<String, DynamicMessage>();
    for (var binding : all(test, "bindings")) {
      var value = one(binding, "value");
      bindings.put(text(binding, "key"), one(value, "value"));
    }
    return new ConformanceCase(
        file,
        name,
        text(test, "expr"),
        text(test, "container"),
        !truth(test, "disable_macros"),
        !truth(test, "disable_check"),
        !truth(test, "check_only"),
        declarations,
        bindings,
        expected(test));
  }

  private static Expected expected(DynamicMessage test) throws InvalidProtocolBufferException {
    var matcher = test.getOneofFieldDescriptor(test.getDescriptorForType().getOneofs().getFirst());
    if (matcher == null) {
      return new Expected.True();
    }
    return switch (matcher.getName()) {
      case "value" -> new Expected.Value(one(test, "value"), Optional.empty());
      case "typed_result" -> {
        var typed = one(test, "typed_result");
        yield new Expected.Value(
            one(typed, "result"),
            Optional.of(Type.parseFrom(one(typed, "deduced_type").toByteString())));
      }
      case "eval_error", "any_eval_errors" -> new Expected.Failure();
      default -> throw new AssertionError("`" + matcher.getName() + "` is a matcher unknown here");
    };
  }

  private static List<DynamicMessage> all(Message of, String field) {
    var messages = new ArrayList<DynamicMessage>();
    for (var item : (List<?>) of.getField(of.getDescriptorForType().findFieldByName(field))) {
      messages.add((DynamicMessage) item);
    }
    return messages;
  }

  static DynamicMessage one(Message of, String field) {
    return (DynamicMessage) of.getField(of.getDescriptorForType().findFieldByName(field));
  }

  static String text(Message of, String field) {
    return (String) of.getField(of.getDescriptorForType().findFieldByName(field));
  }

  private static boolean truth(Message of, String field) {
    return (boolean) of.getField(of.getDescriptorForType().findFieldByName(field));
  }
}
