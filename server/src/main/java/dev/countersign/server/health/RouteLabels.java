package dev.countersign.server.health;

import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Singleton;
import jakarta.ws.rs.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Lets the label `uri` of HTTP's figures be a route's template, or a word for all the rest.
///
/// Without it what is answered before a route is found (`OPTIONS`, a method or a media type that an
/// address does not have) is labelled with the address that was asked for: a stranger would choose
/// labels, and use up the number that there may be of them.
@Singleton
final class RouteLabels {
  private static final String OTHER = "OTHER";

  /// What Micrometer says by itself of a 404, of a 3xx, of nothing that is known, and of `/`.
  private static final String[] WORDS = {"NOT_FOUND", "REDIRECTION", "UNKNOWN", "root"};

  @Produces
  @Singleton
  MeterFilter templatesAlone(BeanManager beans) {
    var templates = templates(beans);
    return MeterFilter.replaceTagValues("uri", uri -> templates.contains(uri) ? uri : OTHER, WORDS);
  }

  private static SortedSet<String> templates(BeanManager beans) {
    var templates = new TreeSet<String>();
    for (var bean : beans.getBeans(Object.class, Any.Literal.INSTANCE)) {
      var type = bean.getBeanClass();
      path(type.getAnnotation(Path.class))
          .ifPresent(base -> {
            templates.add(base);
            Arrays.stream(type.getDeclaredMethods())
                .flatMap(method -> path(method.getAnnotation(Path.class)).stream())
                .forEach(rest -> templates.add(base + rest));
          });
    }
    return templates;
  }

  private static Optional<String> path(@Nullable Path declared) {
    return Optional.ofNullable(declared).map(Path::value);
  }
}
