// An adapter of the channel "web" over HTTP:
//   java -cp gson.jar Adapter.java send [TEXT] | follow | say VERB CODE [NOTE]
// Java 11 or newer; needs Gson (Debian: libgoogle-gson-java).
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

public class Adapter {
    static final String URL = environment("PINTU_GATEWAY_URL", "http://127.0.0.1:8080");
    static final String KEY = environment("KEY", "");
    static final double EVERY = Double.parseDouble(environment("EVERY", "60"));
    static final Path KEPT = Path.of(environment("KEPT", "complaints")); // really: a table
    static final Set<Integer> AGAIN = Set.of(408, 429, 500, 502, 503, 504);
    static final HttpClient CLIENT = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1) // no offer of h2c with every request
        .connectTimeout(Duration.ofSeconds(10))
        .build();

    static class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        final int status;

        Refused(int status, String detail) {
            super(status + " " + detail);
            this.status = status;
        }
    }

    // Until there is an answer for good. What is sent twice under one id counts once.
    static JsonObject call(String method, String path, JsonObject data, String id) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(URL + path))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Bearer " + KEY)
            .header("Content-Type", "application/json")
            .method(method, data == null ? BodyPublishers.noBody()
                                         : BodyPublishers.ofString(data.toString()));
        if (id != null) {
            request.header("Idempotency-Key", id);
        }
        for (double pause = 1;; pause = Math.min(pause * 2, 60)) {
            String why;
            double wait = pause;
            try {
                HttpResponse<String> answer = CLIENT.send(request.build(), BodyHandlers.ofString());
                int status = answer.statusCode();
                if (status >= 200 && status < 300) {
                    return JsonParser.parseString(answer.body()).getAsJsonObject();
                }
                if (!AGAIN.contains(status)) {
                    throw new Refused(status, answer.body());
                }
                why = String.valueOf(status);
                Optional<String> after = answer.headers().firstValue("Retry-After");
                wait = after.filter(one -> one.matches("\\d{1,6}")).map(Double::valueOf).orElse(pause);
            } catch (IOException error) { // no answer, or half of one
                why = error.toString();
            }
            wait *= ThreadLocalRandom.current().nextDouble(1, 1.5); // not all at once
            System.err.printf("again in %.1f s: %s%n", wait, why);
            Thread.sleep((long) (wait * 1000));
        }
    }

    static void keep(JsonObject complaint) throws IOException {
        Files.createDirectories(KEPT);
        String id = complaint.get("id").getAsString();
        Path made = KEPT.resolve(id + ".new");
        Files.writeString(made, complaint.toString());
        Files.move(made, KEPT.resolve(id + ".json"), StandardCopyOption.ATOMIC_MOVE);
    }

    static List<JsonObject> kept() throws IOException {
        Files.createDirectories(KEPT);
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(KEPT, "*.json")) {
            found.forEach(files::add);
        }
        Collections.sort(files);
        List<JsonObject> complaints = new ArrayList<>();
        for (Path file : files) {
            complaints.add(JsonParser.parseString(Files.readString(file)).getAsJsonObject());
        }
        return complaints;
    }

    // Keep it, then hand over whatever was kept and not handed over yet.
    static void send(String text) throws Exception {
        if (text != null) {
            JsonObject complaint = new JsonObject();
            complaint.addProperty("id", UUID.randomUUID().toString()); // nobody can guess it
            complaint.addProperty("text", text);
            keep(complaint);
        }
        for (JsonObject one : kept()) {
            if (one.has("tracking") || one.has("refused")) {
                continue;
            }
            JsonObject data = new JsonObject();
            data.add("text", one.get("text"));
            try {
                JsonObject answer = call("POST", "/v1/complaints", data, one.get("id").getAsString());
                one.add("tracking", answer.get("tracking"));
                one.add("pin", answer.get("pin"));
                keep(one);
                System.out.println(word(one, "tracking") + " " + word(one, "pin")); // for the reporter
            } catch (Refused why) { // somebody has to look at it: the same again would not help
                one.addProperty("refused", why.getMessage());
                keep(one);
                System.err.println(word(one, "id") + ": " + why.getMessage());
            }
        }
    }

    // What the reporter says: replied, accepted or withdrawn.
    static void say(String verb, String code, String note) throws Exception {
        JsonObject data = new JsonObject();
        if (note != null) {
            data.addProperty("note", note);
        }
        String path = "/v1/complaints/" + code + "/" + verb;
        JsonObject receipt = call("POST", path, data, UUID.randomUUID().toString());
        System.out.println(word(receipt, "outcome") + " " + word(receipt, "state"));
    }

    static void follow() throws Exception {
        while (true) {
            for (JsonObject one : kept()) {
                if (one.has("tracking") && !word(one, "state").equals("closed")) {
                    look(one);
                }
            }
            Thread.sleep((long) (EVERY * 1000));
        }
    }

    static void look(JsonObject one) throws Exception {
        JsonObject found;
        try {
            found = call("GET", "/v1/complaints/" + word(one, "tracking"), null, null);
        } catch (Refused why) {
            if (why.status == 404) { // it was filed just now
                return;
            }
            throw why;
        }
        JsonArray before = one.has("told") ? one.getAsJsonArray("told") : new JsonArray();
        JsonArray told = new JsonArray();
        for (JsonElement element : found.getAsJsonArray("notes")) {
            JsonObject note = element.getAsJsonObject();
            told.add(note.get("at"));
            if (!before.contains(note.get("at")) && !word(note, "by").startsWith("channel.")) {
                String words = word(note, "note");
                tell(one, word(note, "verb"), words.isEmpty() ? word(note, "reason") : words);
            }
        }
        if (!word(found, "state").equals(word(one, "state"))) {
            tell(one, "is", word(found, "state"));
        }
        one.add("state", found.get("state"));
        one.add("told", told);
        keep(one);
    }

    static void tell(JsonObject one, String what, String words) {
        System.out.println(word(one, "tracking") + " " + what + " " + words);
    }

    static String word(JsonObject data, String name) {
        return data.has(name) && !data.get(name).isJsonNull() ? data.get(name).getAsString() : "";
    }

    static String environment(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
    }

    public static void main(String[] words) throws Exception {
        try {
            switch (words[0]) {
                case "send": send(words.length > 1 ? words[1] : null); break;
                case "say": say(words[1], words[2], words.length > 3 ? words[3] : null); break;
                default: follow();
            }
        } catch (Refused why) {
            System.err.println(why.getMessage());
            System.exit(1);
        }
    }
}
