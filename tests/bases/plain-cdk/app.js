// Makes cdk.out beside it: a CDK app without nested stacks (aws-cdk-lib 2.276.0). Run on 2026-11-22, where aws-cdk-lib
// is installed: `node app.js`. tests/bases/make.py says what is left out of an assembly.
const { App, Stack } = require('aws-cdk-lib');
const sns = require('aws-cdk-lib/aws-sns');
const sqs = require('aws-cdk-lib/aws-sqs');
const app = new App({ outdir: 'cdk.out', context: { 'aws:cdk:enable-path-metadata': true, 'aws:cdk:enable-asset-metadata': true } });
const shop = new Stack(app, 'Shop');
new sns.Topic(shop, 'Orders');
new sqs.Queue(shop, 'Jobs');
app.synth();
