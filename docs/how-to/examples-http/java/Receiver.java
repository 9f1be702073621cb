// Takes events by webhook: java -cp gson.jar Receiver.java serve [PORT] | work
// Java 11 or newer; needs Gson (Debian: libgoogle-gson-java). A real system has a table with the
// ids in place of a file with lines.
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Receiver {
    static final byte[] SECRET =
        Base64.getDecoder().decode(environment("SECRET", "").replaceFirst("^whsec_", ""));
    static final Path INBOX = Path.of(environment("INBOX", "inbox.jsonl"));
    static final double EVERY = Double.parseDouble(environment("EVERY", "1"));
    static final int MOST = 2 << 20; // bytes
    static final long SOON = 300; // seconds: what is older was recorded and sent again by somebody

    final Set<String> seen = new HashSet<>();
    final RandomAccessFile file;

    // What a crash has left of a line was never answered: it comes again.
    Receiver() throws IOException {
        file = new RandomAccessFile(INBOX.toFile(), "rw");
        byte[] bytes = Files.readAllBytes(INBOX);
        int size = bytes.length;
        while (size > 0 && bytes[size - 1] != '\n') {
            size--;
        }
        file.setLength(size);
        for (String line : lines(0)) {
            seen.add(JsonParser.parseString(line).getAsJsonObject().get("id").getAsString());
        }
    }

    // Whether Pintu sent it (https://www.standardwebhooks.com): the bytes as they came.
    static boolean genuine(String id, String at, String signatures, byte[] body) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        if (id.isEmpty() || !at.matches("\\d{1,12}") || Math.abs(now - Long.parseLong(at)) > SOON) {
            return false;
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        mac.update((id + "." + at + ".").getBytes(StandardCharsets.UTF_8));
        byte[] right = ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes();
        boolean found = false;
        for (String one : signatures.split(" ")) { // two of them while the secret is changed
            found |= MessageDigest.isEqual(right, one.getBytes(StandardCharsets.UTF_8));
        }
        return found;
    }

    // On the disk when it returns. A second time under one id changes nothing.
    synchronized void keep(String id, JsonElement event) throws IOException {
        if (seen.contains(id)) {
            return;
        }
        JsonObject line = new JsonObject();
        line.addProperty("id", id);
        line.add("event", event);
        long size = file.length();
        try {
            file.seek(size);
            file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            file.getFD().sync();
        } catch (IOException why) {
            file.setLength(size);
            throw why;
        }
        seen.add(id);
    }

    int received(HttpExchange request) throws Exception {
        byte[] body = request.getRequestBody().readNBytes(MOST + 1);
        if (!request.getRequestMethod().equals("POST")) {
            return 405;
        }
        if (body.length > MOST) {
            return 413;
        }
        String id = header(request, "webhook-id");
        String at = header(request, "webhook-timestamp");
        if (!genuine(id, at, header(request, "webhook-signature"), body)) {
            return 401;
        }
        try {
            keep(id, JsonParser.parseString(new String(body, StandardCharsets.UTF_8)));
        } catch (IOException why) {
            System.err.println("not kept, it will come again: " + why);
            return 503;
        }
        return 204; // not before it is kept: now nobody sends it again
    }

    static void serve(int port) throws IOException {
        Receiver receiver = new Receiver();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.createContext("/", request -> {
            int status = 500;
            try {
                status = receiver.received(request);
            } catch (Exception why) {
                System.err.println(why);
            }
            request.sendResponseHeaders(status, -1);
            request.close();
        });
        server.start();
    }

    // What was kept, in the order in which it came: of each case, the order in which it happened.
    static void work() throws Exception {
        Path bookmark = Path.of(INBOX + ".done"); // how many lines are done
        int done = Files.exists(bookmark) ? Integer.parseInt(Files.readString(bookmark)) : 0;
        while (true) {
            for (String line : lines(done)) {
                handle(JsonParser.parseString(line).getAsJsonObject().getAsJsonObject("event"));
                Path made = Path.of(bookmark + ".new");
                Files.writeString(made, String.valueOf(++done));
                Files.move(made, bookmark, StandardCopyOption.ATOMIC_MOVE);
            }
            Thread.sleep((long) (EVERY * 1000));
        }
    }

    // Whole lines of the inbox, after so many.
    static List<String> lines(int done) throws IOException {
        if (!Files.exists(INBOX)) {
            return List.of();
        }
        String text = new String(Files.readAllBytes(INBOX), StandardCharsets.UTF_8);
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        return whole.lines().skip(done).collect(Collectors.toList());
    }

    // What is not known yet is passed over here, and not refused above.
    static void handle(JsonObject event) {
        JsonObject data = event.getAsJsonObject("data");
        String about = word(data, "tracking").isEmpty() ? word(event, "subject") : word(data, "tracking");
        String verb = word(event, "type").split("\\.")[1];
        System.out.println(about + " " + verb + " " + word(data, "note"));
    }

    static String word(JsonObject data, String name) {
        return data.has(name) && !data.get(name).isJsonNull() ? data.get(name).getAsString() : "";
    }

    static String header(HttpExchange request, String name) {
        return Optional.ofNullable(request.getRequestHeaders().getFirst(name)).orElse("");
    }

    static String environment(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
    }

    public static void main(String[] words) throws Exception {
        if (words[0].equals("work")) {
            work();
        } else {
            serve(words.length > 1 ? Integer.parseInt(words[1]) : 8090);
        }
    }
}
