Tags.of(backend.data.stack).add('Team', 'data');
Tags.of(backend.data.resources.nestedStacks['Todo']).add('Model', 'todo');
Tags.of(backend.data.resources.nestedStacks['Todo']).add('created-by', 'someone');
Tags.of(backend.worker.stack).add('W', '1');
Tags.of(backend.storage.resources.bucket).add('B', '2');
Tags.of(backend.worker.resources.lambda).add('Fn', 'w');
Tags.of(backend.apiFn.resources.cfnResources.cfnFunction).add('L1', 'w');
Tags.of(backend.auth.resources.groups['ADMINS'].role).add('Role', 'adm');
