"""Why a complaint, an update or a request cannot be used, by its form: see
``config.broker_sentences``. Messages carry these sentences in English."""

from typing import Final

from config.language import marked

FORMS: Final = (
    # The body
    marked("{n} bytes; at most {most}"),
    marked("nested too deeply"),
    marked("nested more than {n} levels deep"),
    marked("more than {n} objects and lists"),
    marked("more than {n} values"),
    marked("more than {n} keys"),
    marked("a number that JSON cannot carry"),
    marked("a number that cannot be read"),
    marked("byte {n} is not UTF-8"),
    marked("the JSON is no object"),
    marked("one message holds one complaint, not a list"),
    marked("one message holds one complaint"),
    marked("only none, identity or utf-8 can be read"),
    marked("data_base64 is not base64"),
    marked("the event's type is not {type}"),
    marked("neither an event id nor a message_id: a repeat could not be told"),
    marked("not agency.<code>.<verb>, desk.<name>.<verb> or channel.<channel>.<verb>"),
    marked("no update has this verb"),
    marked("{verb} is not for the {office} to say"),
    # Fields
    marked("required, a string that is not empty"),
    marked("required, a string"),
    marked("required, the final answer in words: it is told to the reporter"),
    marked("not a string"),
    marked("not one of {choices}"),
    marked("not a whole number from 1 to {most}"),
    marked("not a number from 0 to {most}"),
    marked("{n} characters; at most {most}"),
    marked("not a tracking code; look at each of its characters"),
    marked("names this complaint itself"),
    marked("neither a complaint_id nor a tracking code"),
    marked("several complaints are named; one update is about one"),
    marked("a complaint_id or a tracking code is needed"),
    marked(
        "neither a complaint_id (a UUID) nor a tracking code, whose last character tells whether"
        " the others are right"
    ),
    marked("two complaints have this tracking code; name the complaint_id"),
    # The case
    marked("no case has this {what}"),
    marked("tracking code"),
    marked("this {office} does not have the case"),
    marked("the case is closed; it could be rated for {n} days"),
    marked("the case is closed"),
    marked("there is no final answer to accept; replied goes on, withdrawn ends it"),
    marked("the final answer was given; only the reporter goes on"),
    marked("only in triage: {verb} is for the agency that has it to say"),
    marked("{verb} is for the agency that leads to say"),
    marked("no agency says this"),
    marked(
        "this case was merged into another: what is said there reaches it too; or the desk"
        " separates the two"
    ),
    marked("no case has this complaint_id or tracking code"),
    marked("a case that is closed is merged with nothing"),
    marked("the final answer was given: it has nothing to wait for"),
    marked("the final answer was given there, no clock of it runs"),
    marked("that case follows another; name the one that it follows"),
    marked("it follows another case already; separate it first"),
    marked("it follows no other case"),
    marked("others follow this case; merge the other into it, or separate them first"),
    marked("nobody has that case yet; assign it, or merge it into this one"),
    marked("{n} cases follow that one"),
    marked(
        "one of the two is anonymous and the other is not: that they are about one thing may give"
        " away who wrote the anonymous one"
    ),
    marked(
        "what is confidential or alleges wrongdoing is merged only with its like, and only where"
        " both are anonymous"
    ),
    marked(
        "its deadline lies before that of the case that would lead, which cannot take it over;"
        " merge that one into this"
    ),
    marked("the desk does not say this"),
    marked("no agency has this code"),
    marked("it does not exist any more{remedy}"),
    marked("; its successor is {successor}"),
    marked("it does not exist any more"),
    marked("a supporting agency was named, and nobody leads"),
    marked(
        "the history of this case is too long: only resolved, accepted, dismissed and withdrawn are"
        " taken; end it, and go on in a new complaint"
    ),
    marked("what it waits for has not come yet, and {why}; send it again"),
    marked("as many as may be wait for this case already"),
    marked("as many as may be of this speaker wait already"),
    marked("the case consumer failed on this message"),
    marked("the router failed on this message; its log says where"),
    # The URL of a webhook
    marked("at most {n} characters of ASCII, and no spaces"),
    marked("not a URL such as https://pengaduan.dlh.example.go.id/pintu"),
    marked("a URL that starts with https:// and has a host"),
    marked("without a user and password: each POST is signed instead"),
    marked("without a fragment (#…)"),
    marked("without a backslash"),
    marked("an address as four numbers with dots between, or a name"),
    marked("https:// and not http://; only to this machine http is allowed"),
    marked(
        "its host leads to {address}, which is no public address; to allow it set"
        " PINTU_WEBHOOK_ALLOW to the host's name"
    ),
    # Scopes of a key
    marked("scopes of {office} are {scopes}"),
    # A provider of accounts
    marked("the provider's `issuer` is not {issuer}"),
    marked("the provider's keys cannot be read"),
    marked("the provider says no {name}"),
    marked("{status}, no JSON object"),
    # Files
    marked("no room for a picture that is looked at"),
    marked("pictures cannot be looked at: exit code {code}"),
    marked("pictures cannot be looked at: {why}"),
    marked("{where}: less than {n} MiB are free on its disk"),
    marked("the scanner at {address} does not answer: {why}"),
    marked("{scheme}:// cannot be used: {why}. For S3 install pintu[s3]"),
    # A request over HTTP
    marked("no boundary"),
    marked("no delimiter"),
    marked("no part with its headers"),
    marked("a part without a name"),
    marked("too many parts"),
    marked("it does not end"),
    marked("one part `{field}` with JSON"),
    marked("`next` of the page before, as it is"),
)
