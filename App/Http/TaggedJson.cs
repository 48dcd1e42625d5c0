using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Downbeat.Http;

/// <summary>Gives every JSON answer to a GET an entity tag made of its bytes, and answers 304 when the caller has them already.</summary>
internal static class TaggedJson
{
    /// <summary>Adds the filter to all endpoints of a group.</summary>
    public static RouteGroupBuilder WithEntityTags(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            return HttpMethods.IsGet(context.HttpContext.Request.Method) && result is not (null or IResult or string) ? new Answer(result) : result;
        });
        return group;
    }

    private sealed class Answer(object value) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), ApiJson.Options);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"", isWeak: true);
            httpContext.Response.GetTypedHeaders().ETag = tag;
            httpContext.Response.GetTypedHeaders().CacheControl = new() { Private = true, NoCache = true };
            if (httpContext.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Tag == "*" || known.Compare(tag, useStrongComparison: false)))
            {
                httpContext.Response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            httpContext.Response.ContentType = "application/json; charset=utf-8";
            httpContext.Response.ContentLength = bytes.Length;
            await httpContext.Response.Body.WriteAsync(bytes, httpContext.RequestAborted);
        }
    }
}
