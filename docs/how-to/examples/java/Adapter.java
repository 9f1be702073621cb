// An adapter of the channel "web": java Adapter send TEXT | say VERB CODE [NOTE] | listen
// Needs RabbitMQ's Java client and Gson (Debian: librabbitmq-client-java, libgoogle-gson-java).
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

public class Adapter {
    static final String CHANNEL = Optional.ofNullable(System.getenv("CHANNEL")).orElse("web");
    static final String SOURCE = "/channels/" + CHANNEL;

    static Connection connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(System.getenv("PINTU_AMQP_URL"));
        factory.setAutomaticRecoveryEnabled(false); // the loops below begin anew
        return factory.newConnection();
    }

    static JsonObject event(String type, JsonObject data) {
        JsonObject event = new JsonObject();
        event.addProperty("specversion", "1.0");
        event.addProperty("id", UUID.randomUUID().toString()); // nobody can guess it
        event.addProperty("source", SOURCE);
        event.addProperty("type", type);
        event.add("data", data);
        return event;
    }

    // Until RabbitMQ has confirmed it. Sent twice under one id, it is one complaint.
    static void publish(String exchange, String key, JsonObject event) throws Exception {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
            .contentType("application/cloudevents+json")
            .deliveryMode(2)
            .messageId(event.get("id").getAsString())
            .build();
        byte[] body = event.toString().getBytes(StandardCharsets.UTF_8);
        while (true) {
            try (Connection connection = connect()) {
                Channel channel = connection.createChannel();
                boolean[] returned = {false};
                channel.addReturnListener((code, text, ex, rk, props, bytes) -> returned[0] = true);
                channel.confirmSelect();
                channel.basicPublish(exchange, key, true, properties, body);
                channel.waitForConfirmsOrDie(30_000);
                if (!returned[0]) {
                    return;
                }
                System.err.println("no queue took it, again in a second");
            } catch (Exception why) { // lost, refused, or not in time
                System.err.println("not confirmed, again in a second: " + why);
            }
            Thread.sleep(1000);
        }
    }

    static void send(String text) throws Exception {
        JsonObject data = new JsonObject();
        data.addProperty("text", text);
        JsonObject complaint = event("complaint.submitted.v1", data);
        // A real adapter first writes the complaint and its id into its own database.
        publish("complaints.intake", CHANNEL, complaint);
        String id = complaint.get("id").getAsString();
        System.out.println(Tracking.tracking(Tracking.complaintId(SOURCE, id)));
    }

    // What the reporter says: replied, accepted or withdrawn.
    static void say(String verb, String code, String note) throws Exception {
        JsonObject data = new JsonObject();
        if (note != null) {
            data.addProperty("note", note);
        }
        JsonObject update = event("complaint." + verb + ".v1", data);
        update.addProperty("subject", code);
        publish("complaints.updates", "channel." + CHANNEL + "." + verb, update);
    }

    static void listen() throws Exception {
        Set<String> told = new HashSet<>(); // a real adapter keeps these ids in its database
        while (true) {
            try (Connection connection = connect()) {
                Channel channel = connection.createChannel();
                CountDownLatch ended = new CountDownLatch(1);
                channel.addShutdownListener(cause -> ended.countDown());
                channel.basicQos(10);
                channel.basicConsume("channel." + CHANNEL, false, new DefaultConsumer(channel) {
                    @Override
                    public void handleDelivery(
                            String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                            throws IOException {
                        String text = new String(body, StandardCharsets.UTF_8);
                        JsonObject news = JsonParser.parseString(text).getAsJsonObject();
                        if (told.add(news.get("id").getAsString())) {
                            tell(news);
                        }
                        channel.basicAck(envelope.getDeliveryTag(), false);
                    }
                });
                ended.await();
            } catch (IOException | ShutdownSignalException why) {
                System.err.println("again in a second: " + why);
            }
            Thread.sleep(1000);
        }
    }

    static void tell(JsonObject news) {
        JsonObject data = news.getAsJsonObject("data");
        String code = word(data, "tracking", news.get("subject").getAsString());
        String verb = news.get("type").getAsString().split("\\.")[1];
        System.out.println(code + " " + verb + " " + word(data, "note", ""));
    }

    static String word(JsonObject data, String name, String otherwise) {
        return data.has(name) && !data.get(name).isJsonNull() ? data.get(name).getAsString() : otherwise;
    }

    public static void main(String[] words) throws Exception {
        switch (words[0]) {
            case "send": send(words[1]); break;
            case "say": say(words[1], words[2], words.length > 3 ? words[3] : null); break;
            default: listen();
        }
    }
}
