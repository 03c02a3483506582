backend.storage.stack.node.tryRemoveChild('APP_FILES_BUCKET_NAMEParameter');
backend.auth.resources.userPool.node.tryRemoveChild('PostConfirmationCognito');
backend.data.resources.nestedStacks['Note'].node.tryRemoveChild('queryListNotesResolver');
backend.data.resources.nestedStacks['Todo'].node.tryRemoveChild('GetAttTodoTableName');
