package dev.countersign.server.http;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.JsonWriter;
import dev.countersign.kernel.Refusal;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.MessageBodyWriter;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.Arrays;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/// JSON in and out by the kernel's strict reader, so that what is checked is what was sent.
@Provider
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class Bodies
    implements MessageBodyReader<Json>, MessageBodyWriter<Json>, ServerMessageBodyWriter<Json> {
  /// Requests describe a call or a case; none that is honest comes near.
  static final int LARGEST = 64 * 1024;

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
    return JsonReader.read(present(bytes(headers, body)), JsonReader.DEFAULT_DEPTH);
  }

  /// Into an array of the announced length: reading without one allocates and clears a buffer of 16
  /// KiB for each request, which the hot path feels.
  static byte[] bytes(MultivaluedMap<String, String> headers, InputStream body) throws IOException {
    var announced = headers.getFirst(HttpHeaders.CONTENT_LENGTH);
    if (announced == null || announced.length() > 5) {
      return bounded(body.readNBytes(LARGEST + 1));
    }
    byte[] bytes = new byte[Integer.parseInt(announced)];
    int read = body.readNBytes(bytes, 0, bytes.length);
    return bounded(read == bytes.length ? bytes : Arrays.copyOf(bytes, read));
  }

  private static byte[] bounded(byte[] bytes) {
    if (bytes.length > LARGEST) {
      throw new TooLarge(LARGEST);
    }
    return bytes;
  }

  /// Reads a body of at most `largest` bytes, for the routes that take more than others.
  static Json read(InputStream body, int largest, int depth) throws IOException {
    byte[] bytes = body.readNBytes(largest + 1);
    if (bytes.length > largest) {
      throw new TooLarge(largest);
    }
    return JsonReader.read(present(bytes), depth);
  }

  /// Who forgot the body did not write wrong JSON.
  private static byte[] present(byte[] bytes) {
    if (bytes.length == 0) {
      throw new Refusal.Invalid("", "missing", "a body is required, and there is none");
    }
    return bytes;
  }

  /// A body whose length was not said beforehand is too large.
  static final class TooLarge extends ClientErrorException {
    private static final long serialVersionUID = 1;
    private final int largest;

    TooLarge(int largest) {
      super(413);
      this.largest = largest;
    }

    int largest() {
      return largest;
    }
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
    return Json.class.isAssignableFrom(type);
  }

  @Override
  public boolean isWriteable(
      Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
    return Json.class.isAssignableFrom(type);
  }

  @Override
  public void writeTo(
      Json json,
      Class<?> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, Object> headers,
      OutputStream out)
      throws IOException {
    out.write(JsonWriter.bytes(json));
  }

  @Override
  public void writeResponse(Json json, Type genericType, ServerRequestContext context)
      throws IOException {
    context.serverResponse().end(JsonWriter.bytes(json));
  }
}
