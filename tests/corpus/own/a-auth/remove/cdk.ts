backend.auth.stack.node.findChild('amplifyAuth').node.tryRemoveChild('IdentityPoolRoleAttachment');
