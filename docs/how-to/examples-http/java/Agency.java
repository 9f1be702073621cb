// The system of the agency "dishub" over HTTP: java -cp gson.jar Agency.java
// Java 11 or newer; needs Gson (Debian: libgoogle-gson-java).
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

public class Agency {
    static final String CASES = environment("PINTU_GATEWAY_URL", "http://127.0.0.1:8080")
        + "/v1/agencies/" + environment("AGENCY", "dishub") + "/cases";
    static final String KEY = environment("KEY", "");
    static final double EVERY = Double.parseDouble(environment("EVERY", "60"));
    static final Set<Integer> AGAIN = Set.of(408, 429, 500, 502, 503, 504);
    static final HttpClient CLIENT = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1) // no offer of h2c with every request
        .connectTimeout(Duration.ofSeconds(10))
        .build();

    static class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        Refused(int status, String detail) {
            super(status + " " + detail);
        }
    }

    // Until there is an answer for good. What is sent twice under one id counts once.
    static JsonObject call(String method, String path, JsonObject data, String id) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(CASES + path))
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

    static void say(JsonObject found, String verb, String field, String words) throws Exception {
        JsonObject data = new JsonObject();
        if (field != null) {
            data.addProperty(field, words);
        }
        // Made of what it answers: said twice, it counts once.
        JsonArray notes = found.getAsJsonArray("notes");
        String answered = notes.size() == 0 ? word(found, "received_at")
            : word(notes.get(notes.size() - 1).getAsJsonObject(), "at");
        String id = word(found, "complaint_id") + "." + verb + "." + answered;
        String code = word(found, "tracking");
        try {
            JsonObject receipt = call("POST", "/" + code + "/" + verb, data, id);
            System.out.println(code + " " + verb + " " + word(receipt, "outcome"));
        } catch (Refused why) { // it changed meanwhile: the next round shows how
            System.err.println(code + " " + verb + " " + why.getMessage());
        }
    }

    // One step of a case. In a real system people decide; here it decides by itself.
    static void handle(JsonObject found) throws Exception {
        switch (word(found, "state")) {
            case "routed":
                JsonElement complaint = found.get("complaint");
                String text = complaint.isJsonNull() ? "" : word(complaint.getAsJsonObject(), "text");
                System.out.println(word(found, "tracking") + " " + text);
                say(found, "acknowledged", null, null);
                break;
            case "acknowledged":
                if (word(found, "topic").isEmpty()) {
                    say(found, "returned", "reason", "Bukan kewenangan kami.");
                } else {
                    say(found, "responded", "note", "Petugas kami ke lokasi besok.");
                }
                break;
            case "responded":
                say(found, "resolved", "note", "Sudah ditangani.");
                break;
            default: // "held" and "resolved" wait for the reporter
        }
    }

    // All open cases, the oldest first, page by page.
    static void round() throws Exception {
        String after = "";
        do {
            String more = after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8);
            JsonObject page = call("GET", "?limit=100" + more, null, null);
            for (JsonElement found : page.getAsJsonArray("cases")) {
                handle(found.getAsJsonObject());
            }
            after = word(page, "next");
        } while (!after.isEmpty());
    }

    static String word(JsonObject data, String name) {
        return data.has(name) && !data.get(name).isJsonNull() ? data.get(name).getAsString() : "";
    }

    static String environment(String name, String otherwise) {
        return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
    }

    public static void main(String[] words) throws Exception {
        while (true) {
            round();
            Thread.sleep((long) (EVERY * 1000));
        }
    }
}
