// The system of the agency "dishub": java Agency
// Needs RabbitMQ's Java client and Gson (Debian: librabbitmq-client-java, libgoogle-gson-java).
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

public class Agency {
    static final String AGENCY = Optional.ofNullable(System.getenv("AGENCY")).orElse("dishub");

    static void say(Channel channel, String verb, JsonObject about, String field, String words)
            throws Exception {
        JsonObject data = new JsonObject();
        if (field != null) {
            data.addProperty(field, words);
        }
        JsonObject update = new JsonObject();
        update.addProperty("specversion", "1.0");
        // Of what it answers: said twice, it counts once.
        update.addProperty("id", about.get("id").getAsString() + "." + verb);
        update.addProperty("source", "/agencies/" + AGENCY);
        update.addProperty("type", "complaint." + verb + ".v1");
        update.add("subject", about.get("subject"));
        update.add("data", data);
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
            .contentType("application/cloudevents+json")
            .deliveryMode(2)
            .messageId(update.get("id").getAsString())
            .build();
        byte[] body = update.toString().getBytes(StandardCharsets.UTF_8);
        String key = "agency." + AGENCY + "." + verb;
        channel.basicPublish("complaints.updates", key, true, properties, body);
        channel.waitForConfirmsOrDie(30_000);
    }

    static void handle(Channel channel, JsonObject event) throws Exception {
        String verb = event.get("type").getAsString().split("\\.")[1];
        System.out.println(verb + " " + event.get("subject").getAsString());
        if (!verb.equals("routed")) {
            return; // replied, withdrawn, closed, a reminder, or what nobody knows yet
        }
        JsonObject data = event.getAsJsonObject("data");
        say(channel, "acknowledged", event, null, null);
        // In a real system people decide what comes now. Here they do so at once.
        if (data.getAsJsonObject("decision").get("confidence").getAsDouble() < 0.5) {
            say(channel, "returned", event, "reason", "Bukan kewenangan kami.");
            return;
        }
        say(channel, "responded", event, "note", "Petugas kami ke lokasi besok.");
        if (data.get("role").getAsString().equals("lead")) { // the final answer is the lead's
            say(channel, "resolved", event, "note", "Sudah ditangani.");
        }
    }

    static void serve() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(System.getenv("PINTU_AMQP_URL"));
        factory.setAutomaticRecoveryEnabled(false); // main begins anew
        try (Connection connection = factory.newConnection()) {
            Channel channel = connection.createChannel();
            CountDownLatch ended = new CountDownLatch(1);
            connection.addShutdownListener(cause -> ended.countDown());
            channel.confirmSelect();
            channel.basicQos(10);
            channel.basicConsume("agency." + AGENCY, false, new DefaultConsumer(channel) {
                @Override
                public void handleDelivery(
                        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
                        throws IOException {
                    String text = new String(body, StandardCharsets.UTF_8);
                    try {
                        handle(channel, JsonParser.parseString(text).getAsJsonObject());
                        channel.basicAck(envelope.getDeliveryTag(), false); // after the work
                    } catch (Exception why) {
                        System.err.println(why);
                        ended.countDown(); // begin anew: it comes again
                    }
                }
            });
            ended.await();
        }
    }

    public static void main(String[] words) throws Exception {
        while (true) {
            try {
                serve();
            } catch (Exception why) {
                System.err.println("again in a second: " + why);
            }
            Thread.sleep(1000);
        }
    }
}
