package dev.countersign.policy.cel;

import dev.cel.bundle.Cel;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelContainer;
import dev.cel.common.CelErrorCode;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelProtoTypes;
import dev.cel.compiler.CelCompilerLibrary;
import dev.cel.expr.Decl;
import dev.cel.extensions.CelExtensions;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntimeLibrary;
import dev.countersign.policy.cel.ConformanceCase.Expected;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs conformance tests against the library as [CelConditions] sets it up.
///
/// What differs is what a test brings: variables, a container, protobuf types, and the extension
/// that the file is about. Our language has none of these.
final class ConformanceRunner {
  private final ConformanceSchema schema;
  private final ConformanceValues values;
  private final Map<Setting, Cel> languages = new HashMap<>();

  /// What tests that share a language agree in.
  private record Setting(String file, String container, boolean macros, List<Decl> declarations) {}

  ConformanceRunner(ConformanceSchema schema) {
    this.schema = schema;
    this.values = new ConformanceValues(schema);
  }

  /// How the library departs from what the test expects; empty if it does not.
  Optional<String> deviation(ConformanceCase test) {
    CelAbstractSyntaxTree tree;
    Cel cel = language(test);
    try {
      tree =
          test.check()
              ? cel.compile(test.expression()).getAst()
              : cel.parse(test.expression()).getAst();
    } catch (CelValidationException e) {
      return Optional.of("is refused: " + e.getMessage());
    }
    if (test.expected() instanceof Expected.Value(var _, var type)
        && type.isPresent()
        && !CelProtoTypes.celTypeToType(tree.getResultType()).equals(type.get())) {
      return Optional.of("is a `" + tree.getResultType().name() + "`");
    }
    return test.run() ? deviation(test, cel, tree) : Optional.empty();
  }

  private Optional<String> deviation(ConformanceCase test, Cel cel, CelAbstractSyntaxTree tree) {
    @Nullable Object answer;
    try {
      var given = new LinkedHashMap<String, Object>();
      test.bindings().forEach((name, value) -> given.put(name, values.given(value)));
      answer = cel.createProgram(tree).eval(given);
    } catch (CelEvaluationException e) {
      return test.expected() instanceof Expected.Failure && !missing(test, e)
          ? Optional.empty()
          : Optional.of("fails: " + e.getMessage());
    } catch (RuntimeException e) {
      return Optional.of("breaks off: " + e);
    }
    boolean same =
        switch (test.expected()) {
          case Expected.True() -> Boolean.TRUE.equals(answer);
          case Expected.Failure() -> false;
          case Expected.Value(var value, var _) -> values.same(value, answer);
        };
    return same ? Optional.empty() : Optional.of("gives `" + answer + "`");
  }

  // What fails because the library lacks the function that a test is about has not passed.
  private static boolean missing(ConformanceCase test, CelEvaluationException e) {
    return test.file().endsWith("_ext")
        && e.getErrorCode() == CelErrorCode.OVERLOAD_NOT_FOUND
        && !String.valueOf(e.getMessage()).contains("Overload candidates");
  }

  private Cel language(ConformanceCase test) {
    return languages.computeIfAbsent(
        new Setting(test.file(), test.container(), test.macros(), test.declarations()),
        this::language);
  }

  private Cel language(Setting setting) {
    var builder = CelConditions.language();
    if (!setting.macros()) {
      builder.setStandardMacros(List.of());
    }
    builder
        .setContainer(CelContainer.ofName(setting.container()))
        .setExtensionRegistry(schema.extensions())
        .addDeclarations(setting.declarations());
    for (var file : schema.files()) {
      builder.addFileTypes(file);
    }
    for (var extension : extensions(setting.file())) {
      builder.addCompilerLibraries(extension);
      if (extension instanceof CelRuntimeLibrary functions) {
        builder.addRuntimeLibraries(functions);
      }
    }
    return builder.build();
  }

  /// The extension that a file is about.
  static List<CelCompilerLibrary> extensions(String file) {
    return switch (file) {
      case "bindings_ext" -> List.of(CelExtensions.bindings());
      case "encoders_ext" -> List.of(CelExtensions.encoders(CelOptions.DEFAULT));
      case "macros2" -> List.of(CelExtensions.comprehensions(), CelExtensions.optional());
      case "math_ext" -> List.of(CelExtensions.math());
      case "optionals", "type_deductions" -> List.of(CelExtensions.optional());
      case "proto2_ext" -> List.of(CelExtensions.protos());
      case "string_ext" -> List.of(CelExtensions.strings());
      default -> List.of();
    };
  }
}
