<?php
// An adapter of the channel web. Hands one complaint over:
//   php adapter.php ID 'Lampu jalan mati di depan pasar'
// ID is your own, and the same again is the same complaint.
require 'vendor/autoload.php'; // php-amqplib

use PhpAmqpLib\Connection\AMQPStreamConnection;
use PhpAmqpLib\Message\AMQPMessage;

[, $id, $text] = $argv;
$connection = new AMQPStreamConnection( // AMQPSSLConnection for TLS
    getenv('AMQP_HOST'), getenv('AMQP_PORT'), getenv('AMQP_USER'), getenv('AMQP_PASSWORD'),
    getenv('AMQP_VHOST') ?: '/'
);
$channel = $connection->channel();
$channel->confirm_select();
$handed = false;
$channel->set_ack_handler(function () use (&$handed) { $handed = true; });
$channel->set_return_listener(function () { exit("returned: tell the operators\n"); });

$event = [
    'specversion' => '1.0',
    'id' => $id,
    'source' => '/channels/web',
    'type' => 'complaint.submitted.v1',
    'time' => date(DATE_RFC3339),
    'data' => ['text' => $text],
];
$message = new AMQPMessage(json_encode($event, JSON_THROW_ON_ERROR), [
    'content_type' => 'application/cloudevents+json',
    'delivery_mode' => AMQPMessage::DELIVERY_MODE_PERSISTENT,
    'message_id' => $id,
    'type' => $event['type'],
]);
$channel->basic_publish($message, 'complaints.intake', 'web', true); // true: mandatory
$channel->wait_for_pending_acks_returns(30); // seconds; then it throws: publish the same again
exit($handed ? "handed over\n" : "refused: publish the same again later\n");
