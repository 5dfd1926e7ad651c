package dev.countersign.server.config;

/// The server must not start like this; the message names the property or the file and what to do.
public final class StartRefused extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String hint;

  public StartRefused(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  public String hint() {
    return hint;
  }
}
