using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Http;

/// <summary>Every refusal of the API is a problem document (RFC 9457) with a stable code and a sentence that says what to do.</summary>
internal static class Problems
{
    /// <summary>Registers the documents and the handler that makes them from exceptions.</summary>
    public static void AddProblems(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            var problem = context.ProblemDetails;
            problem.Extensions.TryAdd("code", CodeOf(problem.Status ?? 500));
            problem.Detail ??= DetailOf(problem.Status ?? 500);
            problem.Extensions["requestId"] = context.HttpContext.TraceIdentifier;
            problem.Extensions.Remove("traceId");
        });
        services.AddExceptionHandler<Handler>();

        // Else a body that cannot be read is refused without saying which field it was.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }

    private static ProblemDetails DocumentOf(StudioProblem problem)
    {
        var document = new ProblemDetails { Status = problem.Status, Detail = problem.Message, Extensions = { ["code"] = problem.Code } };
        if (problem.Errors is { } errors)
        {
            document.Extensions["errors"] = errors;
        }

        return document;
    }

    /// <summary>JSON that can be read up to a field whose value is of another kind, or broken off there.</summary>
    private static StudioProblem WrongKind(JsonException wrong, int status)
    {
        var field = wrong.Path![2..];
        var sentence = $"The value of {field} could not be read; /docs says of which kind it is.";
        return new(status, "request.malformed", sentence, new Dictionary<string, string[]> { [field] = [sentence] });
    }

    private static string CodeOf(int status) => status switch
    {
        400 => "request.malformed",
        401 => "auth.required",
        404 => "resource.not_found",
        405 => "request.method",
        413 => "request.too_large",
        415 => "request.media_type",
        416 => "request.range",
        429 => "request.too_many",
        _ => "server.error",
    };

    private static string DetailOf(int status) => status switch
    {
        400 => "The request could not be read; compare it with /docs.",
        401 => "Sign in, or send a bearer token.",
        404 => "There is nothing here.",
        405 => "This address does not take that method; see /docs.",
        413 => "The request is too large.",
        415 => "This address does not take that content type; see /docs.",
        416 => "The range lies outside the file; ask without one to learn its length.",
        429 => "Too many requests; wait as long as Retry-After says.",
        _ => "Something went wrong on our side; the request id helps the administrator to find it.",
    };

    private sealed class Handler(IProblemDetailsService documents, ILogger<Handler> logger) : IExceptionHandler
    {
        private const string RetryAfterSeconds = "30";

        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            if (httpContext.RequestAborted.IsCancellationRequested && exception is OperationCanceledException)
            {
                return true;
            }

            // The request's own path already points at the error page.
            var path = httpContext.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? httpContext.Request.Path;
            if (!new PathString(path).StartsWithSegments("/api"))
            {
                return false;
            }

            var document = exception switch
            {
                StudioProblem problem => DocumentOf(problem),
                BadHttpRequestException { InnerException: JsonException { Path: ['$', '.', ..] } wrong } bad => DocumentOf(WrongKind(wrong, bad.StatusCode)),
                BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode },
                _ => new ProblemDetails { Status = 500 },
            };
            if (exception is StudioProblem { Status: >= 500 })
            {
                logger.LogWarning("{Method} {Path} was refused: {Reason}", httpContext.Request.Method, path, exception.Message);
            }
            else if (document.Status >= 500)
            {
                logger.LogError(exception, "{Method} {Path} failed", httpContext.Request.Method, path);
            }

            httpContext.Response.StatusCode = document.Status!.Value;
            if (document.Status == StatusCodes.Status429TooManyRequests)
            {
                httpContext.Response.Headers.RetryAfter = RetryAfterSeconds;
            }

            return await documents.TryWriteAsync(new() { HttpContext = httpContext, ProblemDetails = document, Exception = exception });
        }
    }
}
