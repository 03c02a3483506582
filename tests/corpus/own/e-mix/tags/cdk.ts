Tags.of(backend.stack).add('Owner', 'me');
Tags.of(infra).add('Infra', '1');
Tags.of(inner).add('Inner', '2');
Tags.of(deep).add('Deep', '3');
Tags.of(backend.photos.resources.bucket).add('P', '4');
Tags.of(table).add('T', '5');
