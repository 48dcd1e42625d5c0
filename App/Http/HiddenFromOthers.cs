using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace Downbeat.Http;

/// <summary>On a page or endpoint: whoever may not see it is told that there is nothing, whether signed in or not.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class HiddenFromOthersAttribute : Attribute
{
    /// <summary>Answers 404 where others would be asked to sign in, or refused.</summary>
    internal sealed class ResultHandler : IAuthorizationMiddlewareResultHandler
    {
        private readonly AuthorizationMiddlewareResultHandler inner = new();

        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<HiddenFromOthersAttribute>() is null)
            {
                return inner.HandleAsync(next, context, policy, authorizeResult);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
    }
}
