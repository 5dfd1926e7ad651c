package dev.countersign.server.http;

/// A refusal in the words of AuthZEN's Access Request and Approval Profile ("Error Responses").
final class AccessRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String code;
  private final String detail;

  AccessRefused(int status, String code, String detail) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  Problem problem() {
    return new Problem(status, code, detail);
  }
}
