using System.Threading.RateLimiting;
using Downbeat.Telemetry;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Downbeat.Http;

/// <summary>How fast one caller may ask. Idle buckets are forgotten by the library, so that passers-by cost no memory.</summary>
internal static class RateLimits
{
    /// <summary>Name of the policy for endpoints that let somebody in.</summary>
    public const string SignIn = "sign-in";

    /// <summary>Registers the buckets.</summary>
    public static void AddRateLimits(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RateLimitOptions>().Bind(configuration.GetSection("RateLimits")).ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.OnRejected = RefuseAsync;
        });
        services.AddOptions<RateLimiterOptions>().Configure((RateLimiterOptions limiter, IOptions<RateLimitOptions> options) =>
        {
            var limits = options.Value;
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
                PartitionedRateLimiter.Create<HttpContext, (Kind, Caller)>(http => OfRequest(http, limits)),
                PartitionedRateLimiter.Create<HttpContext, (Kind, Caller)>(http => OfWrite(http, limits)));
            limiter.AddPolicy(SignIn, http => OfSignIn(http, limits));
        });
    }

    // What a key stands for is part of it: the first who comes with a key decides which bucket it has.
    private enum Kind
    {
        Free,
        General,
        Media,
        Connection,
        Write,
    }

    private static RateLimitPartition<(Kind, Caller)> OfRequest(HttpContext http, RateLimitOptions limits)
    {
        var kind = KindOf(http);
        var bucket = kind switch
        {
            Kind.Media => limits.Media,
            Kind.Connection => limits.Connections,
            _ => limits.General,
        };
        return kind == Kind.Free ? RateLimitPartition.GetNoLimiter((kind, default(Caller))) : RateLimitPartition.Get((kind, Caller.Of(http)), _ => bucket.Fill());
    }

    private static Kind KindOf(HttpContext http)
    {
        // Static files of the page's own.
        if (http.Request.Path.StartsWithSegments("/_framework"))
        {
            return Kind.Free;
        }

        if (http.Request.Path.StartsWithSegments("/_blazor") || http.Request.Path.StartsWithSegments("/hubs"))
        {
            return Kind.Connection;
        }

        // Whatever else is asked for with a range is no part of a file.
        var isFile = http.GetEndpoint()?.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.SequenceEqual(MediaAnswer.Methods) == true;
        return isFile && http.Request.Headers.Range.Count > 0 ? Kind.Media : Kind.General;
    }

    private static RateLimitPartition<(Kind, Caller)> OfWrite(HttpContext http, RateLimitOptions limits) =>
        http.Request.Path.StartsWithSegments("/api") && !IsRead(http.Request.Method)
            ? RateLimitPartition.Get((Kind.Write, Caller.Of(http)), _ => limits.Writes.Fill())
            : RateLimitPartition.GetNoLimiter((Kind.Free, default(Caller)));

    // Also for somebody who is signed in already: an account of one's own is no way to try the passwords of others.
    private static RateLimitPartition<UInt128> OfSignIn(HttpContext http, RateLimitOptions limits) =>
        IsRead(http.Request.Method)
            ? RateLimitPartition.GetNoLimiter(UInt128.MaxValue)
            : RateLimitPartition.Get(Caller.NetworkOf(http.Connection.RemoteIpAddress), _ => limits.SignIn.Fill());

    private static bool IsRead(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private static async ValueTask RefuseAsync(OnRejectedContext context, CancellationToken stop)
    {
        Refusals.Count("request.too_many");
        var http = context.HttpContext;
        var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? Math.Max(1, (int)Math.Ceiling(time.TotalSeconds)) : 1;
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        http.Response.Headers.RetryAfter = $"{wait}";
        if (http.Request.Path.StartsWithSegments("/api"))
        {
            var documents = http.RequestServices.GetRequiredService<IProblemDetailsService>();
            await documents.WriteAsync(new() { HttpContext = http, ProblemDetails = { Status = StatusCodes.Status429TooManyRequests } });
            return;
        }

        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync($"Too many requests from here. Wait {wait} s and load the page again.", stop);
    }
}
