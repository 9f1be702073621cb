<?php
// An agency's system: reads its queue, keeps what comes, and says that it has seen it.
//   php agency.php dishub
require 'vendor/autoload.php'; // php-amqplib

use PhpAmqpLib\Connection\AMQPStreamConnection;
use PhpAmqpLib\Message\AMQPMessage;

[, $agency] = $argv;
$connection = new AMQPStreamConnection( // AMQPSSLConnection for TLS
    getenv('AMQP_HOST'), getenv('AMQP_PORT'), getenv('AMQP_USER'), getenv('AMQP_PASSWORD'),
    getenv('AMQP_VHOST') ?: '/'
);
$channel = $connection->channel();
$channel->confirm_select();

$say = function (string $verb, string $complaint, array $data, string $id) use ($channel, $agency) {
    $event = [
        'specversion' => '1.0',
        'id' => $id, // your own; the same again changes nothing
        'source' => "/agencies/$agency",
        'type' => "complaint.$verb.v1",
        'subject' => $complaint,
        'time' => date(DATE_RFC3339),
        'data' => (object) $data,
    ];
    $message = new AMQPMessage(json_encode($event, JSON_THROW_ON_ERROR), [
        'content_type' => 'application/cloudevents+json',
        'delivery_mode' => AMQPMessage::DELIVERY_MODE_PERSISTENT,
        'message_id' => $id,
        'type' => $event['type'],
    ]);
    $channel->basic_publish($message, 'complaints.updates', "agency.$agency.$verb", true);
    $channel->wait_for_pending_acks_returns(30);
};

$channel->basic_qos(0, 20, false);
$take = function (AMQPMessage $message) use ($say) {
    $event = json_decode($message->getBody(), true, 512, JSON_THROW_ON_ERROR);
    $data = $event['data'];
    // Here: keep it under $event['id'], which you may have already.
    if ($event['type'] === 'complaint.routed.v1') {
        echo "{$data['tracking']}: {$data['complaint']['text']}\n";
        $say('acknowledged', $data['complaint_id'], [], "seen-{$event['id']}");
    } else {
        echo "{$event['type']}\n"; // what becomes of it; ignore what you do not know
    }
    $message->ack(); // only now: without it the message comes again
};
$channel->basic_consume("agency.$agency", '', false, false, false, false, $take);
while ($channel->is_consuming()) {
    $channel->wait();
}
