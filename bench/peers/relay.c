/*
 * librabbitmq: one channel, 400 in flight, confirms read in the consumer's loop.
 *
 * As its examples have it: amqp_consume_message in a loop, and what is no delivery is read with
 * amqp_simple_wait_frame (amqp_consumer.c); confirms by number, single or multiple
 * (publisher_confirms.c). Kinder than that last one, which sends a hundred and then waits for all
 * hundred: here publishing goes on while confirms come in, and all deliveries up to the lowest one
 * without a confirm are acknowledged at once. Deliveries and publishes are both counted from 1 on
 * the one channel, so that the n-th confirm is that of the n-th delivery.
 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNEL = 1, IN_FLIGHT = 400, WINDOW = 1024, MOST_KEYS = 65536 };

static char *keys[MOST_KEYS];
static size_t key_count;
static unsigned char confirmed[WINDOW]; /* by number, of those that are in flight */
static uint64_t acknowledged, published;

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void check(int status, const char *what) {
  if (status == AMQP_STATUS_OK) return;
  fprintf(stderr, "%s: %s\n", what, amqp_error_string2(status));
  exit(1);
}

static void check_reply(amqp_rpc_reply_t reply, const char *what) {
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) fail(what);
}

static void read_keys(const char *path) {
  char line[512];
  FILE *file = fopen(path, "r");
  if (!file) fail("the file of routing keys cannot be read");
  while (key_count < MOST_KEYS && fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (*line) keys[key_count++] = strdup(line);
  }
  fclose(file);
  if (!key_count) fail("there are no routing keys");
}

static const char *key_of(amqp_bytes_t id) {
  const char *text = id.bytes;
  uint64_t number = 0;
  size_t start = id.len;
  while (start && text[start - 1] != '-') start--;
  for (; start < id.len; start++) number = number * 10 + (uint64_t)(text[start] - '0');
  return keys[number % key_count];
}

static void relay(amqp_connection_state_t connection, const amqp_envelope_t *envelope) {
  const amqp_basic_properties_t *given = &envelope->message.properties;
  amqp_basic_properties_t properties;
  memset(&properties, 0, sizeof properties);
  properties._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG |
                      AMQP_BASIC_CONTENT_TYPE_FLAG;
  properties.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  properties.message_id = given->message_id;
  properties.content_type = given->content_type;
  if (envelope->delivery_tag != ++published) fail("deliveries and publishes differ in number");
  check(amqp_basic_publish(connection, CHANNEL, amqp_cstring_bytes("complaints.events"),
                           amqp_cstring_bytes(key_of(given->message_id)), 1, 0, &properties,
                           envelope->message.body),
        "publish");
}

static void on_confirm(amqp_connection_state_t connection, const amqp_basic_ack_t *confirm) {
  uint64_t number = confirm->multiple ? acknowledged + 1 : confirm->delivery_tag;
  uint64_t before = acknowledged;
  for (; number <= confirm->delivery_tag; number++) confirmed[number % WINDOW] = 1;
  while (acknowledged < published && confirmed[(acknowledged + 1) % WINDOW]) {
    confirmed[++acknowledged % WINDOW] = 0;
  }
  if (acknowledged > before) {
    check(amqp_basic_ack(connection, CHANNEL, acknowledged, 1), "acknowledge");
  }
}

static void on_other_frame(amqp_connection_state_t connection) {
  amqp_frame_t frame;
  check(amqp_simple_wait_frame(connection, &frame), "read");
  if (frame.frame_type != AMQP_FRAME_METHOD) return;
  if (frame.payload.method.id != AMQP_BASIC_ACK_METHOD) fail("refused, returned or closed");
  on_confirm(connection, frame.payload.method.decoded);
}

static amqp_connection_state_t connected(char *url) {
  struct amqp_connection_info to;
  amqp_connection_state_t connection = amqp_new_connection();
  check(amqp_parse_url(url, &to), "URL");
  check(amqp_socket_open(amqp_tcp_socket_new(connection), to.host, to.port), "connect");
  check_reply(amqp_login(connection, *to.vhost ? to.vhost : "/", 0, 131072, 0,
                         AMQP_SASL_METHOD_PLAIN, to.user, to.password),
              "login");
  return connection;
}

int main(void) {
  if (!getenv("PEER_URL") || !getenv("PEER_KEYS")) fail("PEER_URL and PEER_KEYS are not set");
  read_keys(getenv("PEER_KEYS"));
  amqp_connection_state_t connection = connected(strdup(getenv("PEER_URL")));
  amqp_channel_open(connection, CHANNEL);
  check_reply(amqp_get_rpc_reply(connection), "channel");
  amqp_confirm_select(connection, CHANNEL);
  check_reply(amqp_get_rpc_reply(connection), "confirms");
  amqp_basic_qos(connection, CHANNEL, 0, IN_FLIGHT, 0);
  check_reply(amqp_get_rpc_reply(connection), "prefetch");
  amqp_basic_consume(connection, CHANNEL, amqp_cstring_bytes("router.intake"), amqp_empty_bytes, 0,
                     0, 0, amqp_empty_table);
  check_reply(amqp_get_rpc_reply(connection), "consume");
  for (;;) {
    amqp_envelope_t envelope;
    amqp_maybe_release_buffers(connection);
    amqp_rpc_reply_t reply = amqp_consume_message(connection, &envelope, NULL, 0);
    if (reply.reply_type == AMQP_RESPONSE_NORMAL) {
      relay(connection, &envelope);
      amqp_destroy_envelope(&envelope);
    } else if (reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
               reply.library_error == AMQP_STATUS_UNEXPECTED_STATE) {
      on_other_frame(connection);
    } else {
      fail("the connection is gone");
    }
  }
}
