Tags.of(backend.auth.stack).add('Team', 'id');
Tags.of(backend.auth.stack).remove('created-by');
