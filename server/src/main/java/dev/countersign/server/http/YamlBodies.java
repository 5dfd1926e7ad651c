package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.server.yaml.YamlReader;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/// YAML in (RFC 9512), for the routes that say so: as the JSON that means the same, so that what
/// follows cannot tell which it was.
@Provider
@Consumes(YamlBodies.MEDIA_TYPE)
public final class YamlBodies implements MessageBodyReader<Json> {
  static final String MEDIA_TYPE = "application/yaml";

  @Override
  public boolean isReadable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return Json.class.isAssignableFrom(type);
  }

  @Override
  public Json readFrom(
      Class<Json> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body)
      throws IOException {
    return YamlReader.read(Bodies.bytes(headers, body), Bodies.LARGEST, JsonReader.DEFAULT_DEPTH);
  }
}
