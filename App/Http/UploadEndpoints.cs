using Microsoft.AspNetCore.Mvc;

namespace Downbeat.Http;

/// <summary>What all upload endpoints have in common.</summary>
internal static class UploadEndpoints
{
    /// <summary>
    /// Lifts the server's limit on the size of a request, since the endpoint counts for itself and says what is wrong, and describes the answer. The body is read by the
    /// endpoint, as a stream.
    /// </summary>
    public static RouteHandlerBuilder WithUpload<T>(this RouteHandlerBuilder endpoint, int status = StatusCodes.Status201Created, string? contentType = null) => endpoint
        .WithMetadata(new DisableRequestSizeLimitAttribute())
        .DisableAntiforgery()
        .Accepts<IFormFile>("multipart/form-data")
        .Produces<T>(status, contentType)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
}
