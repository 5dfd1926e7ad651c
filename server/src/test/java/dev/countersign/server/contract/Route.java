package dev.countersign.server.contract;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.countersign.server.http.Needs;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One resource method, as JAX-RS and [Needs] declare it.
///
/// @param method in lower case, as OpenAPI writes it
/// @param path as OpenAPI writes it: the pattern of a parameter is left out
/// @param needs empty if the method declares no permission, and so answers nobody
public record Route(String method, String path, Optional<Needs> needs, Method code) {

  /// Every route of the server, by path and method; found by `@Path`, whatever the class is called.
  public static List<Route> all() {
    return new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.countersign")
            .stream()
            .filter(type -> type.isAnnotatedWith(Path.class))
            .map(JavaClass::reflect)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()).filter(Route::serves))
            .map(Route::of)
            .sorted(Comparator.comparing(Route::path).thenComparing(Route::method))
            .toList();
  }

  /// How people name it: `POST /v1/check`.
  public String name() {
    return method.toUpperCase(Locale.ROOT) + " " + path;
  }

  /// The permission as the document writes it.
  public String permission() {
    return needs
        .map(declared -> declared.value().equals(Needs.NOTHING) ? "none" : declared.value())
        .orElse("undeclared");
  }

  /// The entries of the ledger of which success writes one; none if the route changes nothing.
  public List<String> records() {
    return needs.map(Needs::records).map(List::of).orElse(List.of());
  }

  public boolean open() {
    return permission().equals("none");
  }

  /// A method with `@Path` alone would hand on to another resource; it counts, and is found
  /// wanting.
  private static boolean serves(Method code) {
    return code.isAnnotationPresent(Path.class) || verb(code).isPresent();
  }

  private static Route of(Method code) {
    var base = code.getDeclaringClass().getAnnotation(Path.class).value();
    var rest = code.isAnnotationPresent(Path.class) ? code.getAnnotation(Path.class).value() : "";
    return new Route(
        verb(code).orElse("any"),
        (base + rest).replaceAll("\\{([a-z_]+):[^}]*}", "{$1}"),
        Optional.ofNullable(code.getAnnotation(Needs.class)),
        code);
  }

  private static Optional<String> verb(Method code) {
    return Arrays.stream(code.getAnnotations())
        .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
        .flatMap(found -> Optional.ofNullable(found).stream())
        .map(found -> found.value().toLowerCase(Locale.ROOT))
        .findFirst();
  }
}
